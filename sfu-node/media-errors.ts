import { RefusalError } from '@parley/protocol';
import { errors } from 'mediasoup';

/** A worker or router went away under a call. */
export function mediaLost(cause?: unknown): RefusalError {
  return new RefusalError('media_lost', 'The media of this room is gone. Open the room again.', { cause });
}

/**
 * What a caller is told of an error that mediasoup threw over their parameters.
 *
 * @param path where in the request those parameters are.
 */
export function refusalOf(error: unknown, path: string): RefusalError {
  if (error instanceof RefusalError) return error;
  if (error instanceof errors.WorkerClosedError) return mediaLost(error);
  const reason = error instanceof Error ? error.message : String(error);
  // mediasoup and its worker report everything that is wrong with parameters as TypeError, UnsupportedError or a plain Error.
  return new RefusalError('bad_request', `${path}: ${reason.replace(/\.?$/, '.')}`, { path, cause: error });
}
