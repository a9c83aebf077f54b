import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  type Moderation,
  type ParticipantId,
  reactionRate,
  type Signal,
  type TransferId,
} from '@parley/protocol';
import type { Check } from '../check.ts';
import type { Room } from '../endpoint.ts';
import { type Guest, publish, type Stage, sessionOf } from '../stage.ts';
import { wantRefusal } from '../wants.ts';

const versions = [2] as const;

/** Somebody who knows hands, reactions, asks, bans and signals. */
async function enter(stage: Stage, room: Room, grant: Parameters<Room['token']>[0] = {}): Promise<Guest> {
  const client = stage.client({ version: 2, revision: 5 });
  const joined = await client.join(room.key, 'Guest', await room.token(grant));
  return { client, joined, id: joined.participantId };
}

/** @throws AssertionError unless it is answered that it was done. */
async function done({ client }: Guest, moderation: Moderation): Promise<void> {
  const answer = await client.ask('moderate', moderation);
  equal(answer.ok ? 'ok' : answer.error.code, 'ok');
}

const handsIn = async ({ client }: Guest) =>
  (await client.state()).participants.flatMap(({ id, hand }) => (hand === undefined ? [] : [{ id, hand }]));

const offer: Signal = {
  about: 'file',
  transfer: randomUUID() as TransferId,
  step: 'offer',
  name: 'plan.pdf',
  size: 3,
  mediaType: 'application/pdf',
};

export const interaction: readonly Check[] = [
  {
    rule: 'I1',
    title: 'whoever is in the room raises their hand, and its time is that of the change',
    versions,
    async run(stage) {
      const room = await stage.room();
      const [ada, viewer] = [await enter(stage, room), await enter(stage, room, { role: 'viewer' })];
      await viewer.client.get('raiseHand', { raised: true });
      const { at, raised, seq } = await ada.client.event('handRaised', viewer.id);
      deepEqual([raised, await handsIn(ada)], [true, [{ id: viewer.id, hand: at }]]);
      await viewer.client.get('raiseHand', { raised: true });
      equal((await ada.client.state()).seq, seq);
    },
  },
  {
    rule: 'I2',
    title: 'a hand stays up over a reconnection, and goes down by its owner',
    versions,
    async run(stage) {
      const room = await stage.room();
      const [ada, guest] = [await enter(stage, room), await enter(stage, room)];
      await guest.client.get('raiseHand', { raised: true });
      guest.client.drop();
      const back = stage.client({ version: 2, revision: 5 });
      await back.get('resume', sessionOf(guest.joined));
      equal((await handsIn(ada)).length, 1);
      await back.get('raiseHand', { raised: false });
      deepEqual(await handsIn(ada), []);
    },
  },
  {
    rule: 'I3',
    title: 'all hear who reacts, and it changes nothing',
    versions,
    async run(stage) {
      const room = await stage.room();
      const [ada, viewer] = [await enter(stage, room), await enter(stage, room, { role: 'viewer' })];
      const { seq } = await ada.client.state();
      await viewer.client.get('react', { reaction: 'heart' });
      for (const { client } of [ada, viewer]) {
        const heard = await client.until('the reaction', () => client.reactions[0]);
        deepEqual(heard, { from: viewer.id, reaction: 'heart' });
      }
      equal((await ada.client.state()).seq, seq);
      wantRefusal(await ada.client.send('react', { reaction: 'rocket' }), 'bad_request');
    },
  },
  {
    rule: 'I4',
    title: 'who reacts too fast is told so, also over a new connection',
    versions,
    async run(stage) {
      const ada = await enter(stage, await stage.room());
      for (let i = 0; i < reactionRate.burst; i++) await ada.client.ask('react', { reaction: 'clap' });
      ada.client.drop();
      const back = stage.client({ version: 2, revision: 5 });
      await back.get('resume', sessionOf(ada.joined));
      const many = Array.from({ length: 60 }, () => back.ask('react', { reaction: 'clap' }));
      const refused = (await Promise.all(many)).filter(answer => !answer.ok);
      ok(refused.length > 0);
      for (const answer of refused) wantRefusal(answer, 'rate_limited');
    },
  },
  {
    rule: 'I5',
    title: 'who does not know hands and reactions hears nothing of them, and may not ask',
    versions,
    async run(stage) {
      const room = await stage.room();
      const [ada, old] = [await enter(stage, room), await stage.enter(room, 'Old')];
      await ada.client.get('raiseHand', { raised: true });
      await ada.client.get('react', { reaction: 'clap' });
      const late = await enter(stage, room);
      await old.client.until('the late one', () =>
        old.client.events.some(
          event => event.type === 'participantJoined' && event.participant.id === late.id,
        ),
      );
      deepEqual(
        [old.client.events.some(({ type }) => type === 'handRaised'), old.client.reactions],
        [false, []],
      );
      wantRefusal(await old.client.ask('raiseHand', { raised: true }), 'bad_request');
      wantRefusal(await old.client.ask('bans', {}), 'bad_request');
    },
  },
  {
    rule: 'O11',
    title: 'a share that a moderator ends is gone, what else one sends is not',
    versions,
    async run(stage) {
      const room = await stage.room();
      const [host, guest] = [await enter(stage, room, { role: 'moderator' }), await enter(stage, room)];
      const microphone = await publish(guest);
      const share = await publish(guest, 'screen-audio');
      await done(host, { action: 'stopShare', participantId: guest.id });
      const { producerId, by } = await guest.client.event('producerRemoved', guest.id);
      deepEqual([producerId, by], [share, host.id]);
      const { participants } = await host.client.state();
      deepEqual(
        participants[1]?.producers.map(({ id }) => id),
        [microphone],
      );
      await publish(guest, 'screen-audio');
    },
  },
  {
    rule: 'O12',
    title: 'a moderator lowers a hand, and all hear who did',
    versions,
    async run(stage) {
      const room = await stage.room();
      const [host, guest] = [await enter(stage, room, { role: 'moderator' }), await enter(stage, room)];
      await guest.client.get('raiseHand', { raised: true });
      await done(host, { action: 'lowerHand', participantId: guest.id });
      const lowered = await guest.client.until('the hand to go down', () =>
        guest.client.events.find(event => event.type === 'handRaised' && !event.raised),
      );
      equal('by' in lowered && lowered.by, host.id);
      deepEqual(await handsIn(host), []);
    },
  },
  {
    rule: 'O13',
    title: 'who is asked to unmute hears who asks, and is asked for nothing that they may not send',
    versions,
    async run(stage) {
      const room = await stage.room();
      const host = await enter(stage, room, { role: 'moderator' });
      const guest = await enter(stage, room, { rights: { publish: ['microphone'] } });
      const ask = { action: 'askToUnmute', participantId: guest.id } as const;
      await done(host, { ...ask, sources: ['microphone'] });
      const asked = await guest.client.until('the ask', () => guest.client.asks[0]);
      deepEqual([asked.by?.id, asked.sources], [host.id, ['microphone']]);
      wantRefusal(await host.client.ask('moderate', { ...ask, sources: ['camera'] }), 'conflict');
      const old = await stage.enter(room, 'Old');
      const ofOld = { ...ask, participantId: old.id, sources: ['microphone' as const] };
      wantRefusal(await host.client.ask('moderate', ofOld), 'conflict');
    },
  },
  {
    rule: 'O14',
    title: 'who is banned hears so, and does not get in again before the meeting is over',
    versions,
    async run(stage) {
      const room = await stage.room();
      const [host, guest] = [
        await enter(stage, room, { role: 'moderator', identity: 'host' }),
        await enter(stage, room, { identity: 'troll' }),
      ];
      await done(host, { action: 'ban', participantId: guest.id });
      equal((await guest.client.goodbye()).reason, 'banned');
      await guest.client.disconnected();
      const token = await room.token({ identity: 'troll' });
      const again = () =>
        stage
          .client({ version: 2, revision: 5 })
          .ask('join', { room: room.key, displayName: 'Troll', token });
      wantRefusal(await again(), 'banned');
      const back = stage.client({ version: 2, revision: 5 });
      wantRefusal(await back.ask('resume', sessionOf(guest.joined)), 'banned');
      await done(host, { action: 'ban', participantId: guest.id });
      equal((await host.client.get('bans', {})).bans.length, 1);
      const own = { action: 'ban', participantId: host.id } as const;
      wantRefusal(await host.client.ask('moderate', own), 'bad_request');
      await done(host, { action: 'endMeeting' });
      await host.client.disconnected();
      ok((await again()).ok);
    },
  },
  {
    rule: 'O15',
    title: 'moderators see who is banned, and lift it',
    versions,
    async run(stage) {
      const room = await stage.room();
      const [host, guest] = [
        await enter(stage, room, { role: 'moderator' }),
        await enter(stage, room, { identity: 'troll' }),
      ];
      await done(host, { action: 'ban', participantId: guest.id });
      const [ban, ...others] = (await host.client.get('bans', {})).bans;
      deepEqual([ban?.identity, ban?.by?.id, others], ['troll', host.id, []]);
      const speaker = await enter(stage, room);
      match(wantRefusal(await speaker.client.ask('bans', {}), 'forbidden').message, /moderate/);
      if (!ban) return;
      for (let i = 0; i < 2; i++) await done(host, { action: 'unban', banId: ban.id });
      deepEqual((await host.client.get('bans', {})).bans, []);
      await enter(stage, room, { identity: 'troll' });
    },
  },
  {
    rule: 'O16',
    title: 'who does not know bans hears that they were removed',
    versions,
    async run(stage) {
      const room = await stage.room();
      const host = await enter(stage, room, { role: 'moderator' });
      const old = await stage.enter(room, 'Old', await room.token({ identity: 'troll' }));
      await done(host, { action: 'ban', participantId: old.id });
      equal((await old.client.goodbye()).reason, 'removed');
      const token = await room.token({ identity: 'troll' });
      const join = { room: room.key, displayName: 'Old', token };
      wantRefusal(await stage.client().ask('join', join), 'removed');
    },
  },
  {
    rule: 'D1',
    title: 'a signal comes to whom it is for, and to nobody else',
    versions,
    async run(stage) {
      const room = await stage.room();
      const [ada, grace, other] = [
        await enter(stage, room),
        await enter(stage, room),
        await enter(stage, room),
      ];
      if (!ada.joined.room.direct) {
        wantRefusal(await ada.client.ask('signal', { to: grace.id, signal: offer }), 'forbidden');
        return;
      }
      await ada.client.get('signal', { to: grace.id, signal: offer });
      const heard = await grace.client.until('the signal', () => grace.client.signals[0]);
      deepEqual(heard, { from: ada.id, signal: offer });
      deepEqual(other.client.signals, []);
      const to = (id: ParticipantId) => ada.client.ask('signal', { to: id, signal: offer });
      wantRefusal(await to(randomUUID() as ParticipantId), 'not_found');
      wantRefusal(await to(ada.id), 'bad_request');
      wantRefusal(await to((await stage.enter(room, 'Old')).id), 'conflict');
      const elsewhere = await enter(stage, await stage.room());
      wantRefusal(await to(elsewhere.id), 'not_found');
    },
  },
  {
    rule: 'D2',
    title: 'signals have a form, and those about files take the right to chat',
    versions,
    async run(stage) {
      const room = await stage.room();
      const [silent, ada] = [await enter(stage, room, { rights: { chat: false } }), await enter(stage, room)];
      const answer = await silent.client.ask('signal', { to: ada.id, signal: offer });
      match(wantRefusal(answer, 'forbidden').message, /chat/);
      const signal = { ...offer, name: '../plan.pdf' };
      wantRefusal(await ada.client.send('signal', { to: silent.id, signal }), 'bad_request');
    },
  },
];
