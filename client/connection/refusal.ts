import { Refusal, RefusalError } from '@parley/protocol';

/** Reads a refusal that came from the server; one of a kind that this version does not know becomes `internal`. */
export function readRefusal(value: unknown): RefusalError {
  const known = Refusal.safeParse(value);
  if (known.success) return RefusalError.fromJson(known.data);
  return new RefusalError('internal', 'The server refused without a reason that this page understands.', {
    cause: value,
  });
}

/** Whatever went wrong, as the one kind of error that callers meet. */
export function toRefusal(error: unknown): RefusalError {
  if (error instanceof RefusalError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new RefusalError('internal', `Something went wrong in this browser: ${detail}`, { cause: error });
}
