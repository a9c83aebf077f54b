import type { RoomEvent, RoomSnapshot } from '@parley/protocol';
import { expect, test } from 'vitest';
import { applyEvent } from './events.ts';
import { empty, participant, producer } from './fixtures.ts';

const room = {
  ...empty,
  seq: 5,
  at: 50,
  participants: [participant('ann', producer('cam'), producer('mic', 'microphone')), participant('bob')],
} as RoomSnapshot;
const apply = (event: object) => applyEvent(room, { seq: 6, at: 60, after: 50, ...event } as RoomEvent);
const participants = (event: object) => {
  const applied = apply(event);
  return applied.result === 'applied' ? applied.snapshot.participants : applied.result;
};

test('S3 S5 knows old events and gaps', () => {
  expect(apply({ type: 'participantLeft', participantId: 'ann', seq: 5 })).toEqual({ result: 'old' });
  expect(apply({ type: 'participantLeft', participantId: 'ann', seq: 7 })).toEqual({ result: 'gap' });
  expect(apply({ type: 'participantLeft', participantId: 'ann', after: 49 })).toEqual({ result: 'gap' });
});

test('participants come and go', () => {
  expect(participants({ type: 'participantJoined', participant: participant('cy') })).toEqual([
    ...room.participants,
    participant('cy'),
  ]);
  expect(participants({ type: 'participantLeft', participantId: 'ann' })).toEqual([participant('bob')]);
  expect(participants({ type: 'participantConnection', participantId: 'bob', connected: false })).toEqual([
    room.participants[0],
    { ...participant('bob'), connected: false },
  ]);
});

test('producers come, pause and go', () => {
  expect(participants({ type: 'producerAdded', participantId: 'bob', producer: producer('b') })).toEqual([
    room.participants[0],
    participant('bob', producer('b')),
  ]);
  expect(
    participants({ type: 'producerPaused', participantId: 'ann', producerId: 'cam', paused: true }),
  ).toEqual([
    participant('ann', producer('cam', 'camera', true), producer('mic', 'microphone')),
    participant('bob'),
  ]);
  expect(participants({ type: 'producerRemoved', participantId: 'ann', producerId: 'cam' })).toEqual([
    participant('ann', producer('mic', 'microphone')),
    participant('bob'),
  ]);
});

test('O5 O6 roles change, and the room is locked', () => {
  expect(participants({ type: 'participantRole', participantId: 'bob', role: 'owner' })).toEqual([
    room.participants[0],
    { ...participant('bob'), role: 'owner' },
  ]);
  expect(apply({ type: 'roomLocked', locked: true })).toMatchObject({ snapshot: { seq: 6, locked: true } });
});

test('a media reset clears all producers and leaves the others alone', () => {
  const applied = apply({ type: 'mediaReset', generation: 'g1' });
  expect(applied).toEqual({
    result: 'applied',
    snapshot: {
      seq: 6,
      at: 60,
      generation: 'g1',
      locked: false,
      participants: [participant('ann'), participant('bob')],
    },
  });
  expect(participants({ type: 'mediaReset', generation: 'g1' })[1]).toBe(room.participants[1]);
});

test('a loss clears the producers of who lost theirs, and of nobody else', () => {
  const loss = { type: 'mediaLost', participantId: 'ann', generation: room.generation, loss: 'l1' };
  const after = participants(loss);
  expect(after[0]).toMatchObject({ id: 'ann', loss: 'l1', producers: [] });
  expect(after[1]).toBe(room.participants[1]);
});

test('an event about someone unknown changes nobody', () => {
  const after = participants({ type: 'producerAdded', participantId: 'who', producer: producer('x') });
  expect(after).toEqual(room.participants);
});

test('V1 V4 a move keeps what the former media carries, and its end takes that away', () => {
  const moved = apply({ type: 'mediaMoved', generation: 'g1', from: 'g0' });
  if (moved.result !== 'applied') throw new Error(moved.result);
  const kept = [producer('cam'), producer('mic', 'microphone')].map(one => ({ ...one, generation: 'g0' }));
  expect(moved.snapshot).toMatchObject({
    generation: 'g1',
    former: 'g0',
    participants: [{ producers: kept }, {}],
  });
  expect(moved.snapshot.participants[1]).toBe(room.participants[1]);

  const added = { ...producer('new'), generation: 'g1' };
  const step = (snapshot: RoomSnapshot, event: object) => {
    const { seq, at } = snapshot;
    const applied = applyEvent(snapshot, { seq: seq + 1, at: at + 1, after: at, ...event } as RoomEvent);
    if (applied.result !== 'applied') throw new Error(applied.result);
    return applied.snapshot;
  };
  const both = step(moved.snapshot, { type: 'producerAdded', participantId: 'bob', producer: added });
  const finished = step(both, { type: 'moveFinished', generation: 'g1' });
  expect(finished.former).toBeUndefined();
  expect(finished.participants.map(({ producers }) => producers)).toEqual([[], [added]]);
  expect(finished.participants[1]).toBe(both.participants[1]);
});

test('I1 a hand is raised from its change on, and lowered without a trace', () => {
  const raised = apply({ type: 'handRaised', participantId: 'bob', raised: true });
  if (raised.result !== 'applied') throw new Error(raised.result);
  const [first, bob] = raised.snapshot.participants;
  expect(first).toBe(room.participants[0]);
  expect(bob?.hand).toBe(raised.snapshot.at);
  const { seq, at } = raised.snapshot;
  const lower = {
    type: 'handRaised',
    participantId: 'bob',
    raised: false,
    seq: seq + 1,
    at: at + 1,
    after: at,
  };
  const lowered = applyEvent(raised.snapshot, lower as RoomEvent);
  if (lowered.result !== 'applied') throw new Error(lowered.result);
  expect(lowered.snapshot.participants).toEqual(room.participants);
});
