import { expect, test } from 'vitest';
import { Attempts } from './attempts.ts';
import { followRollout } from './rollout.ts';

const problem = { reason: 'PodRefused', message: 'No.' } as const;

test('what failed is tried again later and later, at most every minute, and at once in another way', () => {
  const attempts = new Attempts();
  expect(attempts.pause('sfu', 'a', 0)).toBeUndefined();
  let now = 0;
  let longest = 0;
  for (let count = 0; count < 12; count += 1) {
    const waitMs = attempts.failed('sfu', 'a', problem, now);
    expect(attempts.pause('sfu', 'a', now)).toEqual({ problem, waitMs });
    longest = Math.max(longest, waitMs);
    now += waitMs;
    expect(attempts.pause('sfu', 'a', now)).toBeUndefined();
  }
  expect(longest).toBeGreaterThan(29_000);
  expect(longest).toBeLessThanOrEqual(60_000);
  attempts.failed('sfu', 'a', problem, now);
  expect(attempts.pause('sfu', 'b', now)).toBeUndefined();
  expect(attempts.pause('turn', 'a', now)).toBeUndefined();
  expect(attempts.failed('sfu', 'b', problem, now)).toBeLessThanOrEqual(1_000);
});

test('what failed long ago is not held against what fails now', () => {
  const attempts = new Attempts();
  for (let count = 0; count < 12; count += 1) attempts.failed('sfu', 'a', problem, 0);
  expect(attempts.failed('sfu', 'a', problem, 300_000)).toBeGreaterThan(29_000);
  expect(attempts.failed('sfu', 'a', problem, 1_000_000)).toBeLessThanOrEqual(1_000);
});

test('a roll-out comes on when new pods serve, and stands still only while some do not', () => {
  const at = (now: number, serving: number, isWaiting: boolean, before = first) =>
    followRollout(before, { template: 'b', serving, isWaiting }, now).at;
  const first = followRollout(undefined, { template: 'b', serving: 1, isWaiting: true }, 100);
  expect(first.at).toBe(100);
  expect(at(200, 1, true)).toBe(100);
  expect(at(200, 0, true)).toBe(100);
  expect(at(200, 2, true)).toBe(200);
  expect(at(200, 1, false)).toBe(200);
  expect(followRollout(first, { template: 'c', serving: 1, isWaiting: true }, 200).at).toBe(200);
});
