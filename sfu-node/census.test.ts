import { expect, test } from 'vitest';
import { gradeOf, onceATurn, Tally } from './census.ts';

test('scores are graded', () => {
  expect([10, 8, 7, 5, 4, 0].map(gradeOf)).toEqual(['good', 'good', 'fair', 'fair', 'bad', 'bad']);
});

test('what is not there is none', () => {
  const tally = new Tally();
  tally.add('connected', 'udp');
  tally.add('connected', 'udp');
  expect([tally.of('connected', 'udp'), tally.of('connected', 'tcp')]).toEqual([2, 0]);
});

test('who asks in the same turn gets the same, and later what is then', async () => {
  let reads = 0;
  const read = onceATurn(() => ++reads);
  expect([read(), read()]).toEqual([1, 1]);
  await new Promise(resolve => setImmediate(resolve));
  expect(read()).toBe(2);
});
