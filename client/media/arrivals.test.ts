import type { ProducerId } from '@parley/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Arrivals, type Arriving } from './arrivals.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A consumer, and how much of it came. */
function consumer(kind: 'audio' | 'video') {
  const came = { packetsReceived: 0, framesDecoded: 0 };
  const getStats = async () => new Map([['in', { type: 'inbound-rtp', kind, ...came }]]);
  return { kind, came, arriving: { kind, closed: false, getStats } as unknown as Arriving };
}

function watch(...consumers: ReturnType<typeof consumer>[]): Arrivals {
  const arrivals = new Arrivals(() => {});
  arrivals.watch(consumers.map(({ arriving }, index) => [`${index}` as ProducerId, arriving]));
  return arrivals;
}

test('a sound is there with its first packet, a picture when it is steady', async () => {
  const [sound, picture] = [consumer('audio'), consumer('video')];
  const arrivals = watch(sound, picture);
  await vi.advanceTimersByTimeAsync(1_000);
  expect([sound, picture].map(each => arrivals.has(each.arriving))).toEqual([false, false]);
  sound.came.packetsReceived = 1;
  picture.came.framesDecoded = 1;
  await vi.advanceTimersByTimeAsync(100);
  expect([sound, picture].map(each => arrivals.has(each.arriving))).toEqual([true, false]);
  picture.came.framesDecoded = 5;
  await vi.advanceTimersByTimeAsync(100);
  expect(arrivals.has(picture.arriving)).toBe(true);
});

test('a sound of which nothing comes, as only the loudest are heard, is not waited for once others come', async () => {
  const [loud, quiet, picture] = [consumer('audio'), consumer('audio'), consumer('video')];
  const arrivals = watch(loud, quiet, picture);
  // The link may not be there yet.
  await vi.advanceTimersByTimeAsync(10_000);
  expect(arrivals.has(quiet.arriving)).toBe(false);
  loud.came.packetsReceived = 1;
  await vi.advanceTimersByTimeAsync(2_900);
  expect(arrivals.has(quiet.arriving)).toBe(false);
  await vi.advanceTimersByTimeAsync(200);
  expect(arrivals.has(quiet.arriving)).toBe(true);
  // Of a picture something comes as long as it is watched.
  expect(arrivals.has(picture.arriving)).toBe(false);
});
