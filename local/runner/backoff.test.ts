import { expect, test } from 'vitest';
import { afterEnd, noRestarts, restarts } from './backoff.ts';

/** The delays after containers that ran for these times, in ms. */
function delays(...ranMs: number[]): number[] {
  let history = noRestarts;
  return ranMs.map(ran => {
    const next = afterEnd(history, ran);
    history = next.history;
    return next.delayMs;
  });
}

test('the first restart is at once, then 10 s doubling up to 5 min', () => {
  expect(delays(1, 1, 1, 1, 1, 1, 1, 1)).toEqual([
    0, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000,
  ]);
});

test('a container that ran for ten minutes starts afresh', () => {
  expect(delays(1, 1, 1, 600_000, 1)).toEqual([0, 10_000, 20_000, 0, 10_000]);
});

test.each([
  ['Always', 0, true],
  ['Always', 1, true],
  [undefined, 0, true],
  ['OnFailure', 0, false],
  ['OnFailure', 1, true],
  ['Never', 1, false],
])('policy %s after status %s: restart %s', (policy, code, again) => {
  expect(restarts(policy, code)).toBe(again);
});
