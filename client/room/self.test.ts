import { type ParticipantId, type RoomEvent, rightsOfRole } from '@parley/protocol';
import { expect, test } from 'vitest';
import type { RemoteParticipant } from '../types.ts';
import { participant } from './fixtures.ts';
import { followOwn, noteDecider } from './self.ts';

const self = {
  id: 'me' as ParticipantId,
  displayName: 'Me',
  role: 'viewer',
  rights: { ...rightsOfRole.viewer, chat: false },
  handRaisedAt: undefined,
  media: {},
} as const;
const others = [{ id: 'host', displayName: 'Ada' }] as unknown as RemoteParticipant[];
const change = { seq: 1, at: 1, after: 0, participantId: 'me', producerId: 'p' };
const heard = (event: object) => noteDecider(self, others, { ...change, ...event } as unknown as RoomEvent);

test('a role brings its rights, a hand does not, and what is the same stays the very same', () => {
  const own = { ...participant('me'), role: 'viewer' } as const;
  expect(followOwn(self, own)).toBe(self);
  expect(followOwn(self, { ...own, hand: 7 })).toEqual({ ...self, handRaisedAt: 7 });
  expect(followOwn(self, { ...own, role: 'speaker' })).toEqual({
    ...self,
    role: 'speaker',
    rights: rightsOfRole.speaker,
  });
});

test('who muted one or ended one’s share is noted by name, as far as it is known', () => {
  const muted = { type: 'producerPaused', paused: true };
  expect(heard({ ...muted, by: 'host' })).toEqual({ ...self, mutedBy: 'Ada' });
  expect(heard(muted)).toBe(self);
  const ended = { type: 'producerRemoved', ended: true };
  expect(heard({ ...ended, by: 'host' })).toEqual({ ...self, shareEndedBy: 'Ada' });
  expect(heard(ended)).toEqual(self);
  expect(heard({ ...ended, by: 'host', participantId: 'other' })).toBe(self);
});
