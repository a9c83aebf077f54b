import { expect, test } from 'vitest';
import { backoffMs, pause, politePauseMs } from './backoff.ts';

const backoff = { firstMs: 100, maxMs: 1_000 };

test('doubles up to the maximum', () => {
  const whole = [1, 2, 3, 4, 5, 6, 1_000].map(attempt => backoffMs(attempt, () => 1, backoff));
  expect(whole).toEqual([100, 200, 400, 800, 1_000, 1_000, 1_000]);
});

test('leaves the upper half to chance', () => {
  expect(backoffMs(2, () => 0, backoff)).toBe(100);
  expect(backoffMs(2, () => 0.5, backoff)).toBe(150);
});

test('J7 who is told to wait does not come earlier, nor with all the others', () => {
  expect(politePauseMs(1000, () => 0)).toBe(1000);
  expect(politePauseMs(1000, () => 1)).toBe(1500);
  expect(politePauseMs(10_000_000, () => 1)).toBe(45_000);
});

test('a pause ends at once when its signal aborts', async () => {
  const controller = new AbortController();
  const paused = pause(1_000_000, controller.signal);
  controller.abort();
  await paused;
  await pause(1_000_000, controller.signal);
});
