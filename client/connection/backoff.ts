/** How long to wait before the next of several attempts. */
export interface Backoff {
  firstMs: number;
  maxMs: number;
}

export const defaultBackoff: Backoff = { firstMs: 250, maxMs: 5_000 };

/**
 * The pause in ms after failed attempt number `attempt` (from 1): doubled each time up to a maximum, of which the
 * upper half is left to chance, so that clients that failed together do not come back together.
 */
export function backoffMs(
  attempt: number,
  random: () => number = Math.random,
  { firstMs, maxMs }: Backoff = defaultBackoff,
): number {
  const whole = Math.min(maxMs, firstMs * 2 ** Math.min(attempt - 1, 30));
  return whole / 2 + (whole / 2) * random();
}

/** Longest that a client waits because the server says so, in ms. */
const longestWaitMs = 30_000;

/** The pause in ms before a client asks again that was told to wait: never less, and up to half as long again. */
export function politePauseMs(retryAfterMs: number, random: () => number = Math.random): number {
  return Math.min(longestWaitMs, retryAfterMs) * (1 + random() / 2);
}

/** Resolves after `ms`, or at once when `signal` aborts: callers look at it afterwards. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
}
