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
