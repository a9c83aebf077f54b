import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until `look` returns something other than `undefined` or `false`, for states that nothing announces.
 *
 * @throws Error that names what was waited for, with the last error of `look` as its cause.
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 20_000,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  let cause: unknown;
  while (Date.now() < end) {
    try {
      const seen = await look();
      if (seen !== undefined && seen !== false) return seen;
    } catch (error) {
      cause = error;
    }
    await sleep(25);
  }
  throw new Error(`Waited ${timeoutMs} ms in vain for ${what}.`, { cause });
}
