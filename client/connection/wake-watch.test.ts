import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WakeWatch } from './wake-watch.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] }));
afterEach(() => void vi.useRealTimers());

function watch() {
  const woke = vi.fn();
  const document = new EventTarget();
  /** How far the clock went on while nothing ran. */
  const away = { ms: 0 };
  const watching = new WakeWatch(woke, { document, clock: () => Date.now() + away.ms });
  return { woke, document, away, watching };
}

test('who is awake is told nothing, also where timers come a little late', () => {
  const { woke, document, away } = watch();
  for (let i = 0; i < 20; i++) {
    away.ms += 9_000;
    vi.advanceTimersByTime(5_000);
    document.dispatchEvent(new Event('visibilitychange'));
  }
  expect(woke).not.toHaveBeenCalled();
});

test('who slept is told once: by the next tick, or as soon as the page is in sight', () => {
  const { woke, document, away } = watch();
  away.ms += 60_000;
  vi.advanceTimersByTime(5_000);
  vi.advanceTimersByTime(60_000);
  expect(woke).toHaveBeenCalledTimes(1);
  away.ms += 60_000;
  document.dispatchEvent(new Event('visibilitychange'));
  vi.advanceTimersByTime(60_000);
  expect(woke).toHaveBeenCalledTimes(2);
});

test('a page that the browser froze is told when it runs again, until it does not want to know', () => {
  const { woke, document, watching } = watch();
  document.dispatchEvent(new Event('resume'));
  expect(woke).toHaveBeenCalledTimes(1);
  watching.close();
  document.dispatchEvent(new Event('resume'));
  vi.advanceTimersByTime(60_000);
  expect(woke).toHaveBeenCalledTimes(1);
});
