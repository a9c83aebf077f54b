import { expect, test } from 'vitest';
import { RateLimit } from './rate.ts';

const rate = { perSecond: 10, burst: 3, patience: 2 };

test('R5 a burst goes, more is refused, and what goes on regardless is disconnected', () => {
  const limit = new RateLimit(rate, 0);
  const verdicts = Array.from({ length: 6 }, () => limit.take(0));
  expect(verdicts).toEqual(['go', 'go', 'go', 'refuse', 'refuse', 'disconnect']);
});

test('R5 who waits may ask again', () => {
  const limit = new RateLimit(rate, 0);
  for (let i = 0; i < 4; i++) limit.take(0);
  expect(limit.take(100)).toBe('refuse');
  expect(limit.take(300)).toBe('go');
});
