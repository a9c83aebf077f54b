import { KubeError } from '@parley/resources';
import { NotLeadingError } from './fence.ts';

export { isStatus, KubeError } from '@parley/resources';

/** Whether the same request may do better in a moment: the server was busy or ill, or the connection broke. */
export function mayRetry(error: unknown): boolean {
  if (error instanceof NotLeadingError) return false;
  return !(error instanceof KubeError) || error.status === 429 || error.status >= 500;
}

/** How long the server asked to be left alone, in milliseconds, at most a minute. */
export function retryAfterMs(error: unknown): number {
  const seconds = error instanceof KubeError ? (error.retryAfterSeconds ?? 0) : 0;
  return Math.min(seconds * 1000, 60_000);
}
