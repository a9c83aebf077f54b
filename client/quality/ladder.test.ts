import fc from 'fast-check';
import { expect, test } from 'vitest';
import { climb, topOfLadder, type Verdict } from './ladder.ts';

const lowest = 2;
const run = (verdicts: readonly Verdict[], from = topOfLadder) =>
  verdicts.reduce((ladder, verdict) => climb(ladder, verdict, lowest), from);
const times = (count: number, verdict: Verdict) => Array.from({ length: count }, () => verdict);

test('three bad samples lead a step down, four fine ones a step back', () => {
  expect([run(times(2, 'bad')).step, run(times(3, 'bad')).step, run(times(60, 'bad')).step]).toEqual([
    0, 1, 2,
  ]);
  expect(run([...times(3, 'bad'), ...times(3, 'fine')]).step).toBe(1);
  expect(run([...times(3, 'bad'), ...times(4, 'fine')]).step).toBe(0);
  expect(run([...times(6, 'bad'), ...times(8, 'fine')]).step).toBe(0);
});

test('what comes between begins the count anew', () => {
  expect(run(['bad', 'bad', 'unclear', 'bad', 'bad', 'fine', 'bad', 'bad']).step).toBe(0);
});

test('whoever relapses waits longer for the next try, until all went well for a while', () => {
  const once = run([...times(3, 'bad'), ...times(4, 'fine'), ...times(3, 'bad')]);
  expect(once).toMatchObject({ step: 1, patience: 8 });
  expect(run(times(7, 'fine'), once).step).toBe(1);
  const back = run(times(8, 'fine'), once);
  expect(back.step).toBe(0);
  expect(run(times(20, 'fine'), back).patience).toBe(topOfLadder.patience);
});

const verdict = fc.constantFrom<Verdict>('bad', 'fine', 'unclear');

test('it goes one step at a time, only for several samples that agree, and in the end all the way back', () => {
  fc.assert(
    fc.property(fc.array(verdict, { maxLength: 200 }), verdicts => {
      let ladder = topOfLadder;
      verdicts.forEach((one, place) => {
        const { step } = ladder;
        ladder = climb(ladder, one, lowest);
        expect(Math.abs(ladder.step - step)).toBeLessThanOrEqual(1);
        expect(ladder.step).toBeGreaterThanOrEqual(0);
        expect(ladder.step).toBeLessThanOrEqual(lowest);
        const agree = ladder.step > step ? times(3, 'bad') : times(4, 'fine');
        if (ladder.step !== step) expect(verdicts.slice(place + 1 - agree.length, place + 1)).toEqual(agree);
      });
      expect(run(times(200, 'fine'), ladder).step).toBe(0);
    }),
  );
});
