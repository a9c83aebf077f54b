import type { CallSnapshot, RemoteParticipant } from '@parley/client';
import { type ParticipantId, type Role, rightsOfRole } from '@parley/protocol';
import { expect, test } from 'vitest';
import { actionsOn, mutedText } from './moderation.ts';

const self = (role: Role): CallSnapshot['self'] => ({
  id: 'me' as ParticipantId,
  displayName: 'Ada',
  role,
  rights: rightsOfRole[role],
  handRaisedAt: undefined,
  media: {},
});
const grace = (role: Role, media: RemoteParticipant['media'] = {}): RemoteParticipant => ({
  id: 'grace' as ParticipantId,
  displayName: 'Grace',
  role,
  identity: undefined,
  connected: true,
  handRaisedAt: undefined,
  media,
});
const labels = (role: Role, person: RemoteParticipant) =>
  actionsOn(self(role), person).map(({ label }) => label);

test('O1 who may not moderate is offered nothing', () => {
  expect(labels('speaker', grace('speaker'))).toEqual([]);
  expect(actionsOn(undefined, grace('speaker'))).toEqual([]);
});

test('O2 a moderator decides about all but owners, and makes none', () => {
  const others = ['Make moderator', 'Make viewer', 'Remove from meeting…'];
  expect(labels('moderator', grace('speaker'))).toEqual(others);
  expect(labels('moderator', grace('owner'))).toEqual([]);
  expect(labels('owner', grace('speaker'))).toEqual(['Make owner', ...others]);
  expect(labels('owner', grace('owner'))).toContain('Remove from meeting…');
});

test('O3 what flows can be muted, also of owners', () => {
  const media = {
    microphone: { track: undefined, paused: false },
    camera: { track: undefined, paused: true },
  };
  expect(labels('moderator', grace('owner', media))).toEqual(['Mute']);
  const [mute] = actionsOn(self('moderator'), grace('owner', media));
  expect(mute?.moderation).toEqual({ action: 'mute', participantId: 'grace', sources: ['microphone'] });
});

test('O4 a removal is asked about first', () => {
  const removal = actionsOn(self('owner'), grace('viewer')).at(-1);
  expect(removal?.confirm?.title).toBe('Remove Grace?');
});

test('O3 who is muted reads by whom, if that is known', () => {
  expect(mutedText('microphone', 'Ada')).toMatch(/^Ada muted you\./);
  expect(mutedText('camera', undefined)).toMatch(/^A host turned off your camera\./);
});
