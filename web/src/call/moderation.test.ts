import type { CallSnapshot, RemoteParticipant } from '@parley/client';
import { type ParticipantId, type Role, rightsOfRole } from '@parley/protocol';
import { expect, test } from 'vitest';
import { translatorOf } from '../i18n/testing.ts';
import { actionsOn, muteAll, mutedText } from './moderation.ts';

const t = await translatorOf('en', 'moderation');
const self = (role: Role): CallSnapshot['self'] => ({
  id: 'me' as ParticipantId,
  displayName: 'Ada',
  role,
  rights: rightsOfRole[role],
  handRaisedAt: undefined,
  media: {},
});
const on = { track: undefined, paused: false };
const grace = (
  role: Role,
  media: RemoteParticipant['media'] = { microphone: on, camera: on },
  handRaisedAt?: number,
): RemoteParticipant => ({
  id: 'grace' as ParticipantId,
  displayName: 'Grace',
  role,
  identity: undefined,
  connected: true,
  handRaisedAt,
  media,
});
const labels = (role: Role, person: RemoteParticipant) =>
  actionsOn(self(role), person, t).map(({ label }) => label);
const muting = ['Mute', 'Turn off camera'];

test('O1 who may not moderate is offered nothing', () => {
  expect(labels('speaker', grace('speaker'))).toEqual([]);
  expect(actionsOn(undefined, grace('speaker'), t)).toEqual([]);
});

test('O2 a moderator decides about all but owners, and makes none', () => {
  const others = ['Make moderator', 'Make viewer', 'Remove from meeting…', 'Ban from meeting…'];
  expect(labels('moderator', grace('speaker'))).toEqual([...muting, ...others]);
  expect(labels('moderator', grace('owner'))).toEqual(muting);
  expect(labels('owner', grace('speaker'))).toEqual([...muting, 'Make owner', ...others]);
  expect(labels('owner', grace('owner'))).toContain('Remove from meeting…');
});

test('O3 O13 what flows can be muted, also of owners; what does not can be asked for', () => {
  const media = { microphone: on, camera: { track: undefined, paused: true } };
  expect(labels('moderator', grace('owner', media))).toEqual(['Mute', 'Ask to turn on camera']);
  const [mute, ask] = actionsOn(self('moderator'), grace('owner', media), t);
  expect(mute?.moderation).toEqual({ action: 'mute', participantId: 'grace', sources: ['microphone'] });
  expect(ask?.moderation).toEqual({ action: 'askToUnmute', participantId: 'grace', sources: ['camera'] });
});

test('O13 whose role lets them send nothing is not asked to', () => {
  expect(labels('owner', grace('viewer', {}))).not.toContain('Ask to unmute');
});

test('O11 a share is ended with its sound', () => {
  const [, , stop] = actionsOn(self('owner'), grace('speaker', { ...grace('speaker').media, screen: on }), t);
  expect(stop?.moderation).toEqual({ action: 'stopShare', participantId: 'grace' });
});

test('O12 a raised hand is lowered first of all', () => {
  const [lower] = actionsOn(self('moderator'), grace('owner', {}, 1), t);
  expect(lower?.moderation).toEqual({ action: 'lowerHand', participantId: 'grace' });
});

test('O4 a removal and a ban are asked about first', () => {
  const [removal, ban] = actionsOn(self('owner'), grace('viewer'), t).slice(-2);
  expect(removal?.confirm?.title).toBe('Remove \u2068Grace\u2069?');
  expect(ban?.confirm?.title).toBe('Ban \u2068Grace\u2069?');
});

test('everyone who can be heard is muted', () => {
  const quiet = grace('speaker', { microphone: { track: undefined, paused: true } });
  expect(muteAll([grace('speaker'), quiet, grace('viewer', {})])).toEqual([
    { action: 'mute', participantId: 'grace', sources: ['microphone'] },
  ]);
});

test('O3 who is muted reads by whom, if that is known', () => {
  expect(mutedText('microphone', { mutedBy: 'Ada' }, t)).toMatch(/^\u2068Ada\u2069 muted you\./);
  expect(mutedText('screen', { mutedBy: 'Joan', shareEndedBy: 'Ada' }, t)).toMatch(
    /^\u2068Ada\u2069 stopped your screen sharing\./,
  );
  expect(mutedText('camera', undefined, t)).toMatch(/^A host turned off your camera\./);
});
