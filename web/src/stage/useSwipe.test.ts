import { expect, it } from 'vitest';
import { swipeOf } from './useSwipe.ts';

it.each([
  [-80, 10, 'ltr', 1],
  [80, 10, 'ltr', -1],
  [80, 10, 'rtl', 1],
  [-40, 0, 'ltr', 0],
  [-80, 60, 'ltr', 0],
] as const)('a finger that moves by %i, %i in %s turns %i pages', (dx, dy, direction, by) => {
  expect(swipeOf(dx, dy, direction)).toBe(by);
});
