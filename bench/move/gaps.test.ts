import { expect, test } from 'vitest';
import { freezes, longestGapMs, lowMs } from './gaps.ts';

/** Frames every 40 ms, but for one that comes after `late` ms. */
const frames = (late: number) => {
  const times = Array.from({ length: 50 }, (_, number) => number * 40);
  return [...times, ...times.map(time => time + 49 * 40 + late)];
};

test('a picture that goes on steadily has no gap and does not freeze', () => {
  expect(longestGapMs(frames(40))).toBeCloseTo(0);
  expect(freezes(frames(40))).toBe(0);
});

test('a gap is what goes beyond the usual; from 150 ms on it is a freeze', () => {
  expect(longestGapMs(frames(120))).toBeCloseTo(79.2, 1);
  expect(freezes(frames(120))).toBe(0);
  expect(longestGapMs(frames(300))).toBeCloseTo(257.4, 1);
  expect(freezes(frames(300))).toBe(1);
});

test('one frame or none says nothing', () => {
  expect(longestGapMs([])).toBe(0);
  expect(freezes([7])).toBe(0);
});

test('a picture is low for as long as its frames are lower than before', () => {
  const heights = [360, 360, 90, 180, 360, 360].map((height, index) => ({ at: index * 100, height }));
  expect(lowMs(heights, 200)).toBe(200);
  expect(lowMs(heights, 250)).toBe(150);
  expect(lowMs(heights, 400)).toBe(0);
  expect(lowMs([], 0)).toBe(0);
});
