import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Moderation, ParticipantId, Role } from '@parley/protocol';
import type { Check } from '../check.ts';
import { handshakes } from '../client.ts';
import type { Room } from '../endpoint.ts';
import { type Guest, message, publish, type Stage, sessionOf } from '../stage.ts';
import { wantRefusal } from '../wants.ts';

const enterAs = async (stage: Stage, room: Room, role: Role, displayName: string = role) =>
  stage.enter(room, displayName, await room.token({ role }));

const decide = ({ client }: Guest, moderation: Moderation) => client.ask('moderate', moderation);

/** @throws AssertionError unless it is answered that it was done. */
async function done(by: Guest, moderation: Moderation): Promise<void> {
  const answer = await decide(by, moderation);
  equal(answer.ok ? 'ok' : answer.error.code, 'ok');
}

/** Somebody of the newest version, whatever the version that is played. */
async function hostOfToday(stage: Stage, room: Room): Promise<Guest> {
  const client = stage.client(handshakes[2]);
  const joined = await client.join(room.key, 'Host', await room.token({ role: 'moderator' }));
  return { client, joined, id: joined.participantId };
}

export const moderation: readonly Check[] = [
  {
    rule: 'O1',
    title: 'who lacks the right decides nothing, and nobody decides about those who are not there',
    versions: [2],
    async run(stage) {
      const room = await stage.room();
      const host = await enterAs(stage, room, 'moderator');
      const guest = await stage.enter(room, 'Guest');
      const about = host.id;
      const all: Moderation[] = [
        { action: 'mute', participantId: about, sources: ['microphone'] },
        { action: 'remove', participantId: about },
        { action: 'setRole', participantId: about, role: 'viewer' },
        { action: 'lock', locked: true },
        { action: 'endMeeting' },
      ];
      for (const one of all) match(wantRefusal(await decide(guest, one), 'forbidden').message, /moderate/);
      const participantId = randomUUID() as ParticipantId;
      wantRefusal(await decide(host, { action: 'remove', participantId }), 'not_found');
      wantRefusal(await decide(host, { action: 'setRole', participantId, role: 'viewer' }), 'not_found');
      wantRefusal(await decide(host, { action: 'mute', participantId, sources: ['camera'] }), 'not_found');
      const { participants, locked } = await host.client.state();
      deepEqual([participants.map(({ role }) => role), locked], [['moderator', 'speaker'], false]);
    },
  },
  {
    rule: 'O2',
    title: 'owners decide about owners, and nobody about their own role',
    versions: [2],
    async run(stage) {
      const room = await stage.room();
      const owner = await enterAs(stage, room, 'owner');
      const host = await enterAs(stage, room, 'moderator');
      const guest = await stage.enter(room, 'Guest');
      const role = (participantId: ParticipantId, to: Role) =>
        ({ action: 'setRole', participantId, role: to }) as const;
      wantRefusal(await decide(host, role(guest.id, 'owner')), 'forbidden');
      wantRefusal(await decide(host, role(owner.id, 'speaker')), 'forbidden');
      wantRefusal(await decide(host, { action: 'remove', participantId: owner.id }), 'forbidden');
      wantRefusal(await decide(owner, role(owner.id, 'speaker')), 'forbidden');
      wantRefusal(await decide(host, role(host.id, 'speaker')), 'forbidden');
      wantRefusal(await decide(host, { action: 'remove', participantId: host.id }), 'bad_request');
      await done(owner, role(guest.id, 'owner'));
      await done(guest, role(owner.id, 'speaker'));
      const { participants } = await host.client.state();
      deepEqual(
        participants.map(({ role: now }) => now),
        ['speaker', 'moderator', 'owner'],
      );
    },
  },
  {
    rule: 'O3',
    title: 'who is muted is muted for everybody, hears so, and may unmute themselves',
    versions: [2],
    async run(stage) {
      const room = await stage.room();
      const host = await enterAs(stage, room, 'moderator');
      const guest = await stage.enter(room, 'Guest');
      const other = await stage.enter(room, 'Other');
      const producerId = await publish(guest);
      await done(host, { action: 'mute', participantId: guest.id, sources: ['microphone', 'camera'] });
      for (const { client } of [guest, other]) {
        const { paused, participantId, ...event } = await client.event('producerPaused');
        deepEqual([event.producerId, participantId, paused], [producerId, guest.id, true]);
      }
      await guest.client.get('pauseProducer', { producerId, paused: false });
      const paused = (await host.client.state()).participants[1]?.producers.map(one => one.paused);
      deepEqual(paused, [false]);
    },
  },
  {
    rule: 'O4',
    title: 'who is removed hears so, cannot resume, and may join anew',
    versions: [2],
    async run(stage) {
      const room = await stage.room();
      const host = await enterAs(stage, room, 'moderator');
      const guest = await stage.enter(room, 'Guest');
      await done(host, { action: 'remove', participantId: guest.id });
      equal((await guest.client.goodbye()).reason, 'removed');
      await guest.client.disconnected();
      await host.client.event('participantLeft', guest.id);
      await done(host, { action: 'remove', participantId: guest.id });
      wantRefusal(await stage.client().ask('resume', sessionOf(guest.joined)), 'removed');
      await stage.enter(room, 'Guest');
      equal(host.client.events.filter(({ type }) => type === 'participantLeft').length, 1);
    },
  },
  {
    rule: 'O5',
    title: 'a role brings its rights: what one may not publish any more is gone, and all hear of the role',
    versions: [2],
    async run(stage) {
      const room = await stage.room();
      const host = await enterAs(stage, room, 'moderator');
      const guest = await stage.enter(room, 'Guest');
      const producerId = await publish(guest);
      await done(host, { action: 'setRole', participantId: guest.id, role: 'viewer' });
      for (const { client } of [host, guest]) {
        equal((await client.event('participantRole', guest.id)).role, 'viewer');
        equal((await client.event('producerRemoved', guest.id)).producerId, producerId);
      }
      await publish(guest).then(
        () => ok(false, 'a viewer published'),
        error => match(`${error}`, /forbidden/),
      );
      await done(host, { action: 'setRole', participantId: guest.id, role: 'speaker' });
      await publish(guest);
      await done(host, { action: 'setRole', participantId: guest.id, role: 'moderator' });
      await done(guest, { action: 'lock', locked: true });
    },
  },
  {
    rule: 'O5',
    title: 'the role that one has already leaves the rights of one’s token alone',
    versions: [2],
    async run(stage) {
      const room = await stage.room();
      const host = await enterAs(stage, room, 'moderator');
      const guest = await stage.enter(room, 'Guest', await room.token({ rights: { chat: false } }));
      const { id: participantId, client } = guest;
      await done(host, { action: 'setRole', participantId, role: 'speaker' });
      wantRefusal(await client.ask('sendChat', message('may I?')), 'forbidden');
      await done(host, { action: 'setRole', participantId, role: 'moderator' });
      await client.get('sendChat', message('I may.'));
    },
  },
  {
    rule: 'O6',
    title: 'a locked room lets in those alone who may moderate or were in, until it is unlocked or empty',
    versions: [2],
    async run(stage) {
      const room = await stage.room();
      const host = await enterAs(stage, room, 'moderator');
      const guest = await stage.enter(room, 'Guest');
      const late = () => stage.client().ask('join', { room: room.key, displayName: 'Late' });
      await done(host, { action: 'lock', locked: true });
      for (const { client } of [host, guest]) equal((await client.event('roomLocked')).locked, true);
      wantRefusal(await late(), 'room_locked');
      const second = await enterAs(stage, room, 'moderator', 'Second');
      equal(second.joined.snapshot.locked, true);
      guest.client.drop();
      const back = stage.client();
      await back.get('resume', sessionOf(guest.joined));
      await done(second, { action: 'lock', locked: false });
      ok((await late()).ok);
      await done(second, { action: 'lock', locked: true });
      wantRefusal(await late(), 'room_locked');
      await done(second, { action: 'endMeeting' });
      await second.client.disconnected();
      ok((await late()).ok);
    },
  },
  {
    rule: 'O7',
    title: 'who ends the meeting is answered, everybody hears that it is over, and the next begins empty',
    versions: [2],
    async run(stage) {
      const room = await stage.room();
      const host = await enterAs(stage, room, 'moderator');
      const guest = await stage.enter(room, 'Guest');
      const away = await stage.enter(room, 'Away');
      away.client.drop();
      await done(host, { action: 'endMeeting' });
      for (const { client } of [host, guest]) {
        equal((await client.goodbye()).reason, 'room_ended');
        await client.disconnected();
      }
      wantRefusal(await stage.client().ask('resume', sessionOf(away.joined)), 'room_ended');
      const next = await stage.enter(room, 'Next');
      deepEqual(
        next.joined.snapshot.participants.map(({ displayName }) => displayName),
        ['Next'],
      );
    },
  },
  {
    rule: 'O8',
    title: 'who does not know removals and locks hears of them in other words, and of roles a gap',
    versions: [1],
    async run(stage) {
      const room = await stage.room();
      const host = await hostOfToday(stage, room);
      const [guest, other] = [await stage.enter(room, 'Guest'), await stage.enter(room, 'Other')];
      await done(host, { action: 'setRole', participantId: other.id, role: 'viewer' });
      await done(host, { action: 'lock', locked: true });
      wantRefusal(await stage.client().ask('join', { room: room.key, displayName: 'Late' }), 'room_rejected');
      await done(host, { action: 'remove', participantId: guest.id });
      equal((await guest.client.goodbye()).reason, 'room_ended');
      wantRefusal(await stage.client().ask('resume', sessionOf(guest.joined)), 'room_ended');
      const { seq } = await other.client.event('participantLeft', guest.id);
      const heard = other.client.events.map(event => event.seq);
      deepEqual([heard.includes(seq - 1), heard.includes(seq - 2)], [false, false]);
      equal((await other.client.state()).participants.length, 2);
    },
  },
  {
    rule: 'O9',
    title: 'what was decided stands once it is answered, and one hears by whom',
    versions: [2],
    async run(stage) {
      const room = await stage.room();
      const host = await enterAs(stage, room, 'moderator', 'Ada');
      const guest = await stage.enter(room, 'Guest');
      await publish(guest);
      await done(host, { action: 'mute', participantId: guest.id, sources: ['microphone'] });
      equal((await host.client.state()).participants[1]?.producers[0]?.paused, true);
      equal((await guest.client.event('producerPaused')).by, host.id);
      await done(host, { action: 'remove', participantId: guest.id });
      equal((await host.client.state()).participants.length, 1);
      match((await guest.client.goodbye()).message, /Ada/);
    },
  },
];
