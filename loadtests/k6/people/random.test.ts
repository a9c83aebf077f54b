import { expect, test } from 'vitest';
import { randomOf } from './random.ts';

const first = (seed: number, index: number) => {
  const random = randomOf(seed, index);
  return Array.from({ length: 1000 }, () => random.next());
};

test('the same seed and number give the same, others give others', () => {
  expect(first(1, 7)).toEqual(first(1, 7));
  const beginnings = new Set([1, 2, 3].flatMap(seed => [0, 1, 2, 3].map(index => first(seed, index)[0])));
  expect(beginnings.size).toBe(12);
});

test('it is spread evenly, also over people', () => {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean(first(1, 1))).toBeCloseTo(0.5, 1);
  const people = Array.from({ length: 1000 }, (_, index) => randomOf(42, index).next());
  expect(mean(people)).toBeCloseTo(0.5, 1);
  for (const value of people) expect(value >= 0 && value < 1).toBe(true);
});

test('pauses have their mean and an end', () => {
  const random = randomOf(3, 3);
  const pauses = Array.from({ length: 5000 }, () => random.pause(100));
  expect(pauses.reduce((sum, ms) => sum + ms, 0) / pauses.length).toBeGreaterThan(90);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(500);
});
