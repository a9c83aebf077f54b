import { type ParticipantId, type Speaker, speakersLeaseMs } from '@parley/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Speaking, spokenOrder } from './speaking.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const [ann, ben, cyd] = ['ann', 'ben', 'cyd'] as [ParticipantId, ParticipantId, ParticipantId];
const at = (participantId: ParticipantId, level: number): Speaker => ({ participantId, level });
const all = new Set([ann, ben, cyd]);

/** Everyone is in and can be heard. */
function listen() {
  const changed = vi.fn();
  const speaking = new Speaking(changed);
  speaking.hearable(all, all);
  return { speaking, changed, active: () => speaking.snapshot().activeSpeaker };
}

test('M12 the first of those who speak is the active speaker, and what is said again is no change', () => {
  const { speaking, changed } = listen();
  const listener = vi.fn();
  speaking.subscribe(listener);
  speaking.take([at(ben, 2), at(ann, 3)]);
  const before = speaking.snapshot();
  expect(before).toEqual({ speakers: [at(ben, 2), at(ann, 3)], activeSpeaker: ben });
  speaking.take([at(ben, 2), at(ann, 3)]);
  expect(speaking.snapshot()).toBe(before);
  expect([changed.mock.calls.length, listener.mock.calls.length]).toEqual([1, 1]);
});

test('M12 nobody speaks once nothing was heard for 5 s', () => {
  const { speaking, active } = listen();
  speaking.take([at(ann, 2)]);
  vi.advanceTimersByTime(speakersLeaseMs - 1);
  expect(active()).toBe(ann);
  speaking.take([at(ann, 2)]);
  vi.advanceTimersByTime(speakersLeaseMs - 1);
  expect(active()).toBe(ann);
  vi.advanceTimersByTime(1);
  expect(speaking.snapshot()).toEqual({ speakers: [], activeSpeaker: undefined });
});

test('M13 who mutes themselves or goes is not named, and the next is the active speaker', () => {
  const { speaking, active } = listen();
  speaking.take([at(ben, 2), at(ann, 1)]);
  speaking.hearable(new Set([ann, cyd]), all);
  expect(active()).toBe(ann);
  speaking.hearable(new Set([ann, cyd, ben]), all);
  expect(active()).toBe(ben);
  speaking.hearable(new Set([ann, cyd]), new Set([ann, cyd]));
  expect([active(), speaking.spoken]).toEqual([ann, [ann]]);
});

test('who spoke last comes first; who speaks beside the active speaker keeps their place', () => {
  expect(spokenOrder([], [at(ann, 2)])).toEqual([ann]);
  expect(spokenOrder([ann], [at(ben, 2)])).toEqual([ben, ann]);
  expect(spokenOrder([ben, ann], [at(ben, 2), at(cyd, 3), at(ann, 1)])).toEqual([ben, ann, cyd]);
  expect(spokenOrder([ben, ann, cyd], [at(ann, 1)])).toEqual([ann, ben, cyd]);
  expect(spokenOrder([ben, ann], [])).toEqual([ben, ann]);
});
