import fc from 'fast-check';
import { expect, test } from 'vitest';
import { good, isWorse, levels, type Reason, type Seen } from './levels.ts';
import { betterAfter, steady, steadyGood, worseAfter } from './steady.ts';

const poor: Seen = { level: 'poor', reason: 'theirs' };
const fair: Seen = { level: 'fair', reason: 'theirs' };
const run = (samples: readonly Seen[]) => samples.reduce(steady, steadyGood).shown;

test('worse after two samples, better after three', () => {
  expect([run([poor]), run([poor, poor])]).toEqual([good, poor]);
  expect([run([poor, poor, good, good]), run([poor, poor, good, good, good])]).toEqual([poor, good]);
  expect(run([poor, fair])).toEqual(fair);
  expect(run([poor, poor, fair, good, good])).toEqual(fair);
});

test('a reason that comes later is said, and another once it was seen twice', () => {
  const unknown: Seen = { level: 'poor' };
  expect(run([unknown, unknown])).toEqual(unknown);
  expect(run([unknown, unknown, poor])).toEqual(poor);
  const yours: Seen = { level: 'poor', reason: 'yours' };
  expect([run([poor, poor, yours]), run([poor, poor, yours, yours])]).toEqual([poor, yours]);
  expect(run([poor, poor, unknown, unknown])).toEqual(poor);
});

const sample = fc.record({
  level: fc.constantFrom(...levels),
  reason: fc.constantFrom<Reason | undefined>('theirs', 'yours', 'server', undefined),
});

test('it never flickers: what is shown gets worse only after two worse samples, and better only after three better ones', () => {
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 40 }), samples => {
      let state = steadyGood;
      samples.forEach((one, place) => {
        const before = state.shown;
        state = steady(state, one);
        const last = (count: number) => samples.slice(Math.max(0, place + 1 - count), place + 1);
        if (isWorse(state.shown.level, before.level)) {
          expect(last(worseAfter).every(({ level }) => isWorse(level, before.level))).toBe(true);
        }
        if (isWorse(before.level, state.shown.level)) {
          expect(last(betterAfter)).toHaveLength(betterAfter);
          expect(last(betterAfter).every(({ level }) => isWorse(before.level, level))).toBe(true);
        }
        if (state.shown.level === 'good') expect(state.shown).toBe(good);
      });
    }),
  );
});

test('whatever came before, what stays the same is shown in the end', () => {
  fc.assert(
    fc.property(fc.array(sample), sample, (before, one) => {
      const end = run([...before, ...Array.from({ length: worseAfter + betterAfter }, () => one)]);
      expect(end.level).toBe(one.level);
    }),
  );
});
