import { setTimeout as sleep } from 'node:timers/promises';
import { RefusalError } from '@parley/protocol';
import type { Logger } from '@parley/telemetry';

/** Runs `step` now and `ms` after each end of it, until the signal. What is merely unavailable is not worth a line each time. */
export async function every(
  ms: number,
  signal: AbortSignal,
  log: Logger,
  step: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await step();
    } catch (error) {
      const expected = error instanceof RefusalError && error.code === 'unavailable';
      log[expected ? 'debug' : 'error']({ err: error }, 'a periodic step failed');
    }
    await sleep(ms, undefined, { signal }).catch(() => {});
  }
}

/** Between half and all of `ms`, so that many do not act at once. */
export function jittered(ms: number): number {
  return ms * (0.5 + Math.random() / 2);
}
