import { RefusalError } from '@parley/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Introduction } from './introduction.ts';

const seen = { told: 0, failed: 0 };
let online: boolean;
let answer: () => Promise<unknown>;
let introduction: Introduction;

beforeEach(() => {
  vi.useFakeTimers();
  Object.assign(seen, { told: 0, failed: 0 });
  online = true;
  answer = async () => {};
  introduction = new Introduction({
    online: () => online,
    tell() {
      seen.told++;
      return answer();
    },
    failed: () => seen.failed++,
  });
});
afterEach(() => vi.useRealTimers());

const refuse = (code: 'unavailable' | 'not_found') => async () => {
  throw new RefusalError(code, 'No.');
};

test('is told once', async () => {
  introduction.begin();
  introduction.begin();
  await vi.runAllTimersAsync();
  introduction.check();
  expect(seen).toEqual({ told: 1, failed: 0 });
});

test('is told again when no answer came, until one does', async () => {
  answer = refuse('unavailable');
  introduction.begin();
  await vi.advanceTimersToNextTimerAsync();
  answer = async () => {};
  await vi.runAllTimersAsync();
  expect(seen.told).toBeGreaterThan(1);
  expect(seen.failed).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});

test('waits for a server that cannot be asked', async () => {
  answer = async () => {
    online = false;
    throw new RefusalError('unavailable', 'The connection was lost.');
  };
  introduction.begin();
  await vi.runAllTimersAsync();
  expect(seen.told).toBe(1);
  online = true;
  answer = async () => {};
  introduction.check();
  await vi.runAllTimersAsync();
  expect(seen).toEqual({ told: 2, failed: 0 });
});

test('is given up when the server does not want it, or never answers', async () => {
  answer = refuse('not_found');
  introduction.begin();
  await vi.runAllTimersAsync();
  expect(seen).toEqual({ told: 1, failed: 1 });

  const other = new Introduction({
    online: () => true,
    tell: refuse('unavailable'),
    failed: () => seen.failed++,
  });
  other.begin();
  await vi.runAllTimersAsync();
  expect(seen.failed).toBe(2);
});

test('a transport that is closed tells nobody any more', async () => {
  answer = refuse('unavailable');
  introduction.begin();
  introduction.close();
  await vi.runAllTimersAsync();
  expect(seen).toEqual({ told: 1, failed: 0 });
});
