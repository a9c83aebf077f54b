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
