import { JoinReport } from '@parley/protocol';
import { expect, test } from 'vitest';
import { JoinClock } from './join-clock.ts';

test('Q5 a join is said once, with the steps that were taken', () => {
  const clock = new JoinClock();
  expect(clock.report()).toBeUndefined();
  clock.mark('connected');
  clock.mark('answered');
  clock.mark('mediaWanted');
  clock.mark('mediaConnected');
  const report = JoinReport.parse(clock.report());
  const { connected, answered, mediaWanted = -1, mediaConnected = -1, ...rest } = report;
  const marks = [connected, answered, mediaWanted, mediaConnected, rest.agoMs];
  expect(marks).toEqual(marks.toSorted((a, b) => a - b));
  expect(rest).not.toHaveProperty('firstFrame');
  expect(clock.report()).toBeUndefined();
});

test('a step that is taken again is timed the first time', () => {
  const clock = new JoinClock();
  clock.mark('answered');
  const { answered } = clock.joinMs;
  clock.mark('answered');
  expect(clock.joinMs.answered).toBe(answered);
});

test('Q5 who had to wait to be let in says nothing', () => {
  const clock = new JoinClock();
  clock.mark('connected');
  clock.waited();
  clock.mark('answered');
  expect(clock.report()).toBeUndefined();
});
