import { expect, test } from 'vitest';
import { isMet, quantile, table } from './figures.ts';

test('a quantile is the value that this share of the samples does not exceed', () => {
  const samples = Array.from({ length: 200 }, (_, index) => 200 - index);
  expect(quantile(samples, 0.5)).toBe(100);
  expect(quantile(samples, 0.99)).toBe(198);
  expect(quantile([7], 0.99)).toBe(7);
  expect(() => quantile([], 0.5)).toThrow(RangeError);
});

test('an aim is met at its bound if that is allowed, and otherwise below it', () => {
  const figure = { scenario: 's', name: 'n', value: 4, unit: '' };
  expect(isMet({ ...figure, aim: { atMost: 4 } })).toBe(true);
  expect(isMet({ ...figure, aim: { below: 4 } })).toBe(false);
  expect(isMet({ ...figure, aim: { atLeast: 4 } })).toBe(true);
  expect(isMet({ ...figure, aim: { atLeast: 4.1 } })).toBe(false);
  expect(isMet(figure)).toBeUndefined();
});

test('the table says of each figure what was aimed at and whether it is met', () => {
  const rows = table([
    { scenario: 'burst', name: 'all Ready', value: 5.251, unit: 's', aim: { atMost: 15 } },
    { scenario: 'idle', name: 'memory', value: 301, unit: 'MB', aim: { below: 300 } },
  ]).split('\n');
  expect(rows[1]).toMatch(/5\.25 {2}s +at most 15 {2}met$/);
  expect(rows[2]).toMatch(/301 {2}MB +below 300 {3}not met$/);
});
