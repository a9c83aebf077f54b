import type { ParticipantId } from '@parley/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Picture } from '../types.ts';
import { lessAfterMs, Views } from './views.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const ann: Picture = { participantId: 'ann' as ParticipantId, source: 'camera' };
const small = { width: 100, height: 50 };
const large = { width: 200, height: 100 };

test('M9 more counts at once and less after a while, in pixels of the screen', async () => {
  const changed = vi.fn();
  const views = new Views(undefined, changed);
  expect(views.areaOf(ann)).toBeUndefined();
  views.set(ann, small, 2);
  expect(views.areaOf(ann)).toBe(20_000);
  views.set(ann, large, 2);
  expect(views.areaOf(ann)).toBe(80_000);
  await Promise.resolve();
  expect(changed).toHaveBeenCalledTimes(1);
  views.set(ann, 'hidden', 2);
  vi.advanceTimersByTime(lessAfterMs - 1);
  expect(views.areaOf(ann)).toBe(80_000);
  vi.advanceTimersByTime(1);
  await Promise.resolve();
  expect([views.areaOf(ann), changed.mock.calls.length]).toEqual([0, 2]);
});

test('what comes back soon was never away', () => {
  const views = new Views(undefined, () => {});
  views.set(ann, large, 1);
  views.set(ann, 'hidden', 1);
  views.set(ann, large, 1);
  vi.advanceTimersByTime(2 * lessAfterMs);
  expect(views.areaOf(ann)).toBe(20_000);
});

test('what was never spoken of is received in full, or not at all, and so is who is gone', () => {
  const views = new Views(Number.POSITIVE_INFINITY, () => {});
  views.set(ann, small, 1);
  expect(views.areaOf(ann)).toBe(5_000);
  views.keep([{ id: ann.participantId }]);
  expect(views.areaOf(ann)).toBe(5_000);
  views.keep([]);
  expect(views.areaOf(ann)).toBe(Number.POSITIVE_INFINITY);
});
