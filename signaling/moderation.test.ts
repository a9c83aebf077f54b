/** What moderators do, over two replicas with a real Redis and a real SFU. */
import { randomUUID } from 'node:crypto';
import {
  type MediaSource,
  type Moderation,
  type ParticipantId,
  type ProducerId,
  type RoomEvent,
  redisKeys,
  rightsOfRole,
} from '@parley/protocol';
import { eventually } from '@parley/testing';
import { expect, test } from 'vitest';
import { GoodbyeV1, RefusalV1, RoomEventV1, RoomSnapshotV1 } from '../protocol/testing/version-1.ts';
import { RoomState } from './state/room-state.ts';
import { version1 } from './testing/client.ts';
import { secrets } from './testing/processes.ts';
import { opus, simulcast } from './testing/rtp.ts';
import { roomOnSfu } from './testing/sfu-view.ts';
import { type Person, useStage } from './testing/stage.ts';

const stage = useStage();
const { client, enter } = stage;
const publish = async ({ client: by }: Person, source: MediaSource = 'microphone') => {
  const producerId = randomUUID() as ProducerId;
  const rtpParameters = source === 'screen' ? simulcast() : opus();
  const answer = await by.ask('publish', { producerId, source, rtpParameters });
  return { producerId, answer };
};
const decide = ({ client: by }: Person, moderation: Moderation) => by.ask('moderate', moderation);
const done = { ok: true, value: {} };
const refused = (code: string, message = '') => ({
  ok: false,
  error: { code, message: expect.stringContaining(message) },
});
const roles = async ({ client: one }: Person) =>
  Object.fromEntries((await one.state()).participants.map(({ id, role }) => [id, role]));

test('O1 who lacks the right decides nothing, and nothing changes', async () => {
  const [guest, other] = [await enter(), await enter({}, 1)];
  await publish(other);
  const before = await guest.client.state();
  const all: Moderation[] = [
    { action: 'mute', participantId: other.id, sources: ['microphone'] },
    { action: 'remove', participantId: other.id },
    { action: 'setRole', participantId: other.id, role: 'viewer' },
    { action: 'setRole', participantId: guest.id, role: 'owner' },
    { action: 'lock', locked: true },
    { action: 'endMeeting' },
  ];
  for (const moderation of all) {
    expect(await decide(guest, moderation)).toMatchObject(refused('forbidden', '"moderate"'));
  }
  expect(await guest.client.state()).toEqual(before);
  expect(other.client.goodbyes).toEqual([]);
  const stranger = client();
  expect(await stranger.ask('moderate', { action: 'endMeeting' })).toMatchObject(refused('not_joined'));
});

test('O1 a right that is taken is gone for the very next request, at every replica', async () => {
  const [owner, moderator, guest] = [
    await enter({ role: 'owner' }),
    await enter({ role: 'moderator' }, 1),
    await enter(),
  ];
  expect(await decide(owner, { action: 'setRole', participantId: moderator.id, role: 'speaker' })).toEqual(
    done,
  );
  expect(await decide(moderator, { action: 'remove', participantId: guest.id })).toMatchObject(
    refused('forbidden'),
  );
  expect(await roles(guest)).toEqual({
    [owner.id]: 'owner',
    [moderator.id]: 'speaker',
    [guest.id]: 'speaker',
  });
});

test('O2 a moderator makes no owner, and changes or removes none; an owner does', async () => {
  const [owner, moderator, second] = [
    await enter({ role: 'owner' }),
    await enter({ role: 'moderator' }, 1),
    await enter({ role: 'owner' }),
  ];
  const aboutOwners: Moderation[] = [
    { action: 'setRole', participantId: owner.id, role: 'viewer' },
    { action: 'remove', participantId: owner.id },
  ];
  for (const moderation of aboutOwners) {
    expect(await decide(moderator, moderation)).toMatchObject(refused('forbidden', 'owner'));
  }
  const makeOwner = { action: 'setRole', participantId: moderator.id, role: 'owner' } as const;
  expect(await decide(moderator, makeOwner)).toMatchObject(refused('forbidden'));
  const guest = await enter();
  expect(await decide(moderator, { ...makeOwner, participantId: guest.id })).toMatchObject(
    refused('forbidden', 'owner'),
  );
  expect(await decide(owner, makeOwner)).toEqual(done);
  expect(await decide(moderator, { ...makeOwner, participantId: guest.id })).toEqual(done);
  expect(await decide(owner, { action: 'setRole', participantId: second.id, role: 'speaker' })).toEqual(done);
  expect(await roles(owner)).toEqual({
    [owner.id]: 'owner',
    [moderator.id]: 'owner',
    [second.id]: 'speaker',
    [guest.id]: 'owner',
  });
});

test('O2 nobody changes their own role, or removes themselves', async () => {
  const moderator = await enter({ role: 'moderator', rights: { publish: [] } });
  const self = { participantId: moderator.id } as const;
  expect(await decide(moderator, { action: 'setRole', role: 'moderator', ...self })).toMatchObject(
    refused('forbidden', 'own role'),
  );
  expect(await decide(moderator, { action: 'remove', ...self })).toMatchObject(refused('bad_request'));
  expect((await publish(moderator)).answer).toMatchObject(refused('forbidden'));
});

test('O3 a mute pauses the named sources everywhere, and who is muted may unmute themselves', async () => {
  const [moderator, guest] = [await enter({ role: 'moderator' }), await enter({}, 1)];
  const { producerId } = await publish(guest);
  const mute = { action: 'mute', participantId: guest.id, sources: ['camera', 'microphone'] } as const;
  const paused = async () => (await moderator.client.state()).participants[1]?.producers[0]?.paused;
  const request = { ...mute, sources: [...mute.sources] };
  expect(await decide(moderator, request)).toEqual(done);
  expect(await guest.client.event('producerPaused')).toMatchObject({ producerId, paused: true });
  expect(await paused()).toBe(true);
  const { seq } = await moderator.client.state();
  expect(await decide(moderator, request)).toEqual(done);
  expect((await moderator.client.state()).seq).toBe(seq);
  await guest.client.get('pauseProducer', { producerId, paused: false });
  expect(await paused()).toBe(false);
  const nobody = { ...request, participantId: randomUUID() as ParticipantId };
  expect(await decide(moderator, nobody)).toMatchObject(refused('not_found'));
});

test('O3 who is muted and unmutes at once is what everybody heard last', async () => {
  const [moderator, guest] = [await enter({ role: 'moderator' }), await enter({}, 1)];
  const { producerId } = await publish(guest);
  for (let i = 0; i < 10; i++) {
    const [muted] = await Promise.all([
      decide(moderator, { action: 'mute', participantId: guest.id, sources: ['microphone'] }),
      guest.client.get('pauseProducer', { producerId, paused: false }),
      guest.client.get('pauseProducer', { producerId, paused: i % 2 === 0 }),
    ]);
    expect(muted).toEqual(done);
  }
  const { participants, seq } = await moderator.client.state();
  const last = await eventually('the last change', () =>
    moderator.client.events.find(event => event.seq === seq),
  );
  expect(last).toMatchObject({ producerId, paused: participants[1]?.producers[0]?.paused });
});

test('O4 who is removed hears so, is out once, and does not come back by resuming', async () => {
  const [moderator, guest] = [await enter({ role: 'moderator' }), await enter({}, 1)];
  await publish(guest);
  const remove = { action: 'remove', participantId: guest.id } as const;
  expect(await Promise.all([decide(moderator, remove), decide(moderator, remove)])).toEqual([done, done]);
  expect(await guest.client.goodbye()).toMatchObject({
    reason: 'removed',
    message: expect.stringContaining('Guest removed you'),
  });
  await guest.client.disconnected();
  const { participants } = await moderator.client.state();
  expect(participants.map(({ id }) => id)).toEqual([moderator.id]);
  const left = moderator.client.events.filter(({ type }) => type === 'participantLeft');
  expect(left).toMatchObject([{ participantId: guest.id }]);
  expect(guest.client.goodbyes).toHaveLength(1);
  expect(await client().ask('resume', guest.membership)).toMatchObject(refused('removed'));
  expect(await decide(moderator, remove)).toEqual(done);
  expect((await client(1).join(stage.room.key)).participantId).not.toBe(guest.id);
});

test('O4 who is away while they are removed is told as they come back', async () => {
  const [moderator, guest] = [await enter({ role: 'moderator' }), await enter({}, 1)];
  guest.client.drop();
  await moderator.client.event('participantConnection', guest.id);
  expect(await decide(moderator, { action: 'remove', participantId: guest.id })).toEqual(done);
  await moderator.client.event('participantLeft', guest.id);
  expect(await client(1).ask('resume', guest.membership)).toMatchObject(refused('removed'));
});

test('O4 should the replica die on the way, another does the rest, once', async () => {
  const [moderator, guest] = [await enter({ role: 'moderator' }), await enter({}, 1)];
  // All that a replica did that then died.
  const dying = new RoomState(stage.redis, () => {});
  expect(await dying.moderation.expel(stage.room, moderator.id, guest.id)).toMatchObject({ status: 'ok' });
  await moderator.client.event('participantLeft', guest.id, 20_000);
  await guest.client.disconnected();
  expect(await client().ask('resume', guest.membership)).toMatchObject(refused('removed'));
});

test('O5 a role brings its rights at once, and what it may not publish ends', async () => {
  const [moderator, guest] = [await enter({ role: 'moderator' }), await enter({}, 1)];
  const { producerId } = await publish(guest);
  const viewer = { action: 'setRole', participantId: guest.id, role: 'viewer' } as const;
  expect(await decide(moderator, viewer)).toEqual(done);
  expect(await guest.client.event('participantRole')).toMatchObject({
    participantId: guest.id,
    role: 'viewer',
  });
  expect(await guest.client.event('producerRemoved')).toMatchObject({ producerId });
  expect((await publish(guest)).answer).toMatchObject(refused('forbidden', '"publish"'));
  guest.client.drop();
  const back = client(0);
  const resumed = await back.get('resume', guest.membership);
  if (!('snapshot' in resumed)) throw new Error('no snapshot');
  expect(resumed.snapshot.participants[1]).toMatchObject({ role: 'viewer', producers: [] });
  expect(await decide(moderator, { ...viewer, role: 'moderator' })).toEqual(done);
  expect(await back.ask('moderate', { action: 'lock', locked: true })).toEqual(done);
  const stored = JSON.parse(
    (await stage.redis.hget(redisKeys.participants(stage.room.key), guest.id)) ?? '{}',
  );
  expect(stored.rights).toEqual(rightsOfRole.moderator);
});

test('O5 roles that are set at once end as one of them, and everybody hears them in the same order', async () => {
  const [one, two, guest] = [
    await enter({ role: 'owner' }),
    await enter({ role: 'owner' }, 1),
    await enter({ displayName: 'Zoë "/" 日本' }, 1),
  ];
  const set = (by: Person, role: 'viewer' | 'moderator' | 'speaker') =>
    decide(by, { action: 'setRole', participantId: guest.id, role });
  for (let i = 0; i < 5; i++) {
    const answers = await Promise.all([
      set(one, 'viewer'),
      set(two, 'moderator'),
      set(one, 'speaker'),
      publish(guest),
      publish(guest, 'camera'),
    ]);
    expect(answers.slice(0, 3)).toEqual([done, done, done]);
  }
  expect(await set(one, 'viewer')).toEqual(done);
  const { participants } = await two.client.state();
  expect(participants[2]).toMatchObject({ role: 'viewer', displayName: 'Zoë "/" 日本', producers: [] });
  const heard = ({ client: by }: Person) =>
    by.events
      .toSorted((a, b) => a.seq - b.seq)
      .flatMap(event => (event.type === 'participantRole' ? [`${event.seq} ${event.role}`] : []));
  await eventually('all to hear the same', () => heard(one).length === heard(two).length);
  expect(heard(one)).toEqual(heard(two));
});

test('O6 a locked room lets nobody else in but who may moderate; who is in comes back', async () => {
  const [moderator, guest] = [await enter({ role: 'moderator' }), await enter({}, 1)];
  expect(await decide(moderator, { action: 'lock', locked: true })).toEqual(done);
  expect(await guest.client.event('roomLocked')).toMatchObject({ locked: true });
  const request = { room: stage.room.key, displayName: 'Late' };
  expect(await client(1).ask('join', request)).toMatchObject(refused('room_locked', 'locked'));
  expect(await client(0, version1).ask('join', request)).toMatchObject(refused('room_rejected', 'locked'));
  guest.client.drop();
  const back = await client(0).get('resume', guest.membership);
  expect(back).toMatchObject({ snapshot: { locked: true } });
  expect((await enter({ role: 'owner' }, 1)).joined.snapshot).toMatchObject({ locked: true });
  expect(await decide(moderator, { action: 'lock', locked: false })).toEqual(done);
  expect((await enter()).joined.snapshot).toMatchObject({ locked: false });
});

test('O6 the lock ends when the last one has left', async () => {
  const moderator = await enter({ role: 'moderator' });
  expect(await decide(moderator, { action: 'lock', locked: true })).toEqual(done);
  await moderator.client.get('leave', {});
  expect((await enter()).joined.snapshot).toMatchObject({ locked: false });
});

test('O7 who ends a meeting is answered, everybody hears so, and the room begins anew', async () => {
  const [moderator, guest, old] = [
    await enter({ role: 'moderator' }),
    await enter({}, 1),
    await enter({}, 1, version1),
  ];
  expect(await decide(moderator, { action: 'endMeeting' })).toEqual(done);
  for (const one of [moderator, guest, old]) {
    expect(await one.client.goodbye()).toMatchObject({ reason: 'room_ended' });
    await one.client.disconnected();
    expect(await client(1).ask('resume', one.membership)).toMatchObject(refused('room_ended'));
  }
  expect(await stage.redis.hlen(redisKeys.participants(stage.room.key))).toBe(0);
  expect((await enter()).joined.snapshot.participants).toHaveLength(1);
  expect(await client(1).ask('resume', guest.membership)).toMatchObject(refused('room_ended'));
});

test('C7 O8 version 1 hears words that it knows, whichever replica it is at', async () => {
  const [moderator, old] = [await enter({ role: 'moderator' }), await enter({}, 1, version1)];
  const older = await enter({}, 1, { auth: { version: 1 } });
  for (const { id } of [old, older]) {
    expect(await decide(moderator, { action: 'remove', participantId: id })).toEqual(done);
  }
  expect(await old.client.goodbye()).toMatchObject({ reason: 'room_ended' });
  expect(await older.client.goodbye()).toMatchObject({ reason: 'room_ended' });
  expect(await client(0, version1).ask('resume', old.membership)).toMatchObject(refused('room_ended'));
});

test('O3 O4 an application mutes and removes people, owners too, by the REST API', async () => {
  const [owner, guest] = [await enter({ role: 'owner' }), await enter({}, 1)];
  const { producerId } = await publish(owner);
  const ask = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${stage.replica(1).url}/v1/rooms/${stage.room.key}/participants/${path}`, {
      method,
      headers: { authorization: `Bearer ${secrets.API_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify(body ?? {}),
    });
    return response.status;
  };
  expect(await ask('POST', `${owner.id}/mute`)).toBe(204);
  expect(await guest.client.event('producerPaused')).toMatchObject({ producerId, paused: true });
  expect(await ask('DELETE', owner.id)).toBe(204);
  expect(await owner.client.goodbye()).toMatchObject({ reason: 'removed' });
  await guest.client.event('participantLeft', owner.id);
  const nobody = randomUUID();
  expect(await ask('DELETE', nobody)).toBe(404);
  expect(await ask('POST', `${nobody}/mute`, { sources: ['camera'] })).toBe(404);
});

test('O5 O6 O7 an application gives roles, locks, unlocks and ends the meeting by the REST API', async () => {
  const [owner, guest] = [await enter({ role: 'owner' }), await enter({}, 1)];
  const ask = async (path: string, body?: object) => {
    const response = await fetch(`${stage.replica(1).url}/v1/rooms/${stage.room.key}/${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${secrets.API_KEY}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return response.status;
  };
  expect(await ask(`participants/${owner.id}/role`, { role: 'viewer' })).toBe(204);
  expect(await guest.client.event('participantRole')).toMatchObject({ role: 'viewer' });
  expect(await ask('lock')).toBe(204);
  expect(await ask('lock')).toBe(204);
  expect(await client().ask('join', { room: stage.room.key, displayName: 'Late' })).toMatchObject(
    refused('room_locked'),
  );
  expect(await ask('unlock')).toBe(204);
  expect((await enter()).joined.snapshot).toMatchObject({ locked: false });
  expect(await ask('end')).toBe(204);
  for (const one of [owner, guest])
    expect(await one.client.goodbye()).toMatchObject({ reason: 'room_ended' });
  expect(await ask('end')).toBe(404);
});

test('O3 who is muted hears by whom', async () => {
  const [moderator, guest] = [await enter({ role: 'moderator' }), await enter({}, 1)];
  await publish(guest);
  await decide(moderator, { action: 'mute', participantId: guest.id, sources: ['microphone'] });
  expect(await guest.client.event('producerPaused')).toMatchObject({ by: moderator.id });
});

test('C7 O8 version 1 hears what it understands alone, and sees a gap where it does not', async () => {
  const [moderator, old, guest] = [
    await enter({ role: 'moderator' }),
    await enter({}, 1, version1),
    await enter({}, 1),
  ];
  RoomSnapshotV1.parse(old.joined.snapshot);
  const { producerId } = await publish(guest);
  await decide(moderator, { action: 'setRole', participantId: guest.id, role: 'moderator' });
  await decide(moderator, { action: 'lock', locked: true });
  await decide(moderator, { action: 'mute', participantId: guest.id, sources: ['microphone'] });
  await decide(moderator, { action: 'remove', participantId: guest.id });
  await old.client.event('participantLeft', guest.id);
  await moderator.client.event('participantLeft', guest.id);
  const [all, heard] = [moderator, old].map(one => one.client.events.toSorted((a, b) => a.seq - b.seq));
  for (const event of heard ?? []) RoomEventV1.parse(event);
  const known = ['participantJoined', 'producerAdded', 'producerPaused', 'participantLeft'];
  expect(heard?.map(({ type }) => type)).toEqual(known);
  const missing = (all ?? []).map(({ seq }) => seq).filter(seq => !heard?.some(event => event.seq === seq));
  expect(missing.length).toBeGreaterThanOrEqual(2);
  const now = RoomSnapshotV1.parse(await old.client.get('snapshot', {}));
  expect(now.seq).toBe(heard?.at(-1)?.seq);
  expect(now.participants.flatMap(({ producers }) => producers)).not.toContainEqual(
    expect.objectContaining({ id: producerId }),
  );
  await decide(moderator, { action: 'remove', participantId: old.id });
  GoodbyeV1.parse(await old.client.goodbye());
  const late = client(0, version1);
  const answer = await late.ask('join', { room: stage.room.key, displayName: 'Late' });
  if (answer.ok) throw new Error('the room is locked');
  RefusalV1.parse(answer.error);
});

test('O11 a share that a moderator ends is gone for all at once, with its sound and at the SFU, and may begin anew', async () => {
  const [moderator, guest] = [await enter({ role: 'moderator' }), await enter({}, 1)];
  const sent = [await publish(guest), await publish(guest, 'screen'), await publish(guest, 'screen-audio')];
  const [microphone, ...shared] = sent.map(({ producerId }) => producerId);
  const stop = { action: 'stopShare', participantId: guest.id } as const;
  expect(await decide(moderator, stop)).toEqual(done);
  const { participants, seq } = await moderator.client.state();
  expect(participants[1]?.producers.map(({ id }) => id)).toEqual([microphone]);
  const isGone = ({ type }: RoomEvent) => type === 'producerRemoved';
  await eventually('both to be gone', () => guest.client.events.filter(isGone).length === 2);
  expect(guest.client.events.filter(isGone)).toMatchObject(
    shared.map(producerId => ({ participantId: guest.id, producerId, ended: true, by: moderator.id })),
  );
  await eventually('the SFU to know', async () => (await roomOnSfu(stage.room))?.producers === 1);
  expect(await decide(moderator, stop)).toEqual(done);
  expect((await moderator.client.state()).seq).toBe(seq);
  expect((await publish(guest, 'screen')).answer).toEqual(done);
  const nobody = { ...stop, participantId: randomUUID() as ParticipantId };
  expect(await decide(moderator, nobody)).toMatchObject(refused('not_found'));
});
