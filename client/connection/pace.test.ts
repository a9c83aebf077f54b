import { beforeEach, expect, test } from 'vitest';
import { Pace } from './pace.ts';

let now: number;
let pace: Pace;
beforeEach(() => {
  now = 0;
  pace = new Pace(() => now);
});

test('R5 a burst goes at once, and what is beyond it as fast as is allowed', () => {
  pace.allow({ requestsPerSecond: 10, burst: 10 });
  const waits = Array.from({ length: 10 }, () => pace.next());
  expect(waits).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 125, 250]);
});

test('C8 what the server allows counts, and until it says so what is usual', () => {
  const waiting = (count: number) => Array.from({ length: count }, () => pace.next()).filter(ms => ms > 0);
  expect(waiting(80)).toEqual([]);
  expect(waiting(1)).toHaveLength(1);
  now = 10_000;
  pace.allow({ requestsPerSecond: 100, burst: 200 });
  expect(waiting(160)).toEqual([]);
});

test('who was quiet has the whole burst again, and no more than that', () => {
  pace.allow({ requestsPerSecond: 10, burst: 10 });
  for (let i = 0; i < 10; i++) pace.next();
  now = 60_000;
  const waits = Array.from({ length: 9 }, () => pace.next());
  expect(waits.filter(ms => ms > 0)).toEqual([125]);
});
