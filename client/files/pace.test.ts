import { expect, test } from 'vitest';
import { FilePace } from './pace.ts';

test('the speed is that of the last seconds', () => {
  const pace = new FilePace();
  expect(pace.note(0, 0)).toBe(true);
  expect(pace.bytesPerSecond).toBeUndefined();
  expect(pace.note(500, 500)).toBe(true);
  expect(pace.bytesPerSecond).toBe(1_000);
  pace.note(1_000, 1_000);
  pace.note(1_000, 5_000);
  expect(pace.bytesPerSecond).toBe(0);
});

test('progress is told a few times a second', () => {
  const pace = new FilePace();
  const told = Array.from({ length: 100 }, (_, index) => pace.note(index, index * 10));
  expect(told.filter(Boolean)).toHaveLength(5);
});
