import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Request, RoomKey } from '@parley/protocol';
import type { Check } from '../check.ts';
import { sessionOf } from '../stage.ts';
import { outcomes, wantRefusal } from '../wants.ts';

export const joining: readonly Check[] = [
  {
    rule: 'J1',
    title: 'the answer to a join holds all that is needed to send and receive',
    async run(stage) {
      const room = await stage.room({ maxParticipants: 7 });
      const { joined, id } = await stage.enter(room, 'Ada');
      equal(joined.room.key, room.key);
      equal(joined.room.maxParticipants, 7);
      deepEqual(joined.room.media, { audio: true, video: true, screen: true });
      deepEqual(joined.snapshot.participants, [
        { id, displayName: 'Ada', role: 'speaker', connected: true, producers: [] },
      ]);
      const { media } = joined;
      equal(media.generation, joined.snapshot.generation);
      ok((media.routerRtpCapabilities.codecs?.length ?? 0) > 1, 'it offers codecs for sound and pictures');
      for (const { iceCandidates, dtlsParameters, iceParameters } of [media.send, media.receive]) {
        ok(iceCandidates.length > 0, 'a transport has candidates');
        ok(dtlsParameters.fingerprints.length > 0, 'a transport has a fingerprint');
        ok(iceParameters.password.length > 0, 'a transport has a password');
      }
      ok(media.send.id !== media.receive.id);
    },
  },
  {
    rule: 'J2',
    title: 'of 20 who join at once, exactly as many are let in as there is space',
    async run(stage) {
      const { key } = await stage.room({ maxParticipants: 6 });
      const clients = Array.from({ length: 20 }, () => stage.client());
      const answers = await Promise.all(
        clients.map((client, i) => client.ask('join', { room: key, displayName: `Person ${i}` })),
      );
      deepEqual(outcomes(answers), { ok: 6, room_full: 14 });
      const inside = clients.find((_, i) => answers[i]?.ok);
      equal((await inside?.state())?.participants.length, 6);
    },
  },
  {
    rule: 'J3',
    title: 'a room that never was is room_not_found, and one that was deleted is not to be joined',
    async run(stage) {
      const join = (room: RoomKey) => stage.client().ask('join', { room, displayName: 'Ada' });
      wantRefusal(await join(RoomKey.parse(`default/none-${randomUUID().slice(0, 8)}`)), 'room_not_found');
      const room = await stage.room();
      const { client } = await stage.enter(room, 'Ada');
      await room.end();
      await client.goodbye();
      const [code] = Object.keys(outcomes([await join(room.key)]));
      match(`${code}`, /^room_(ended|not_found)$/);
    },
  },
  {
    rule: 'J4',
    title: 'a room that needs a token takes none but its own',
    async run(stage) {
      const [room, other] = [await stage.room({ access: 'Token' }), await stage.room({ access: 'Token' })];
      const join = (more: Partial<Request<'join'>>) =>
        stage.client().ask('join', { room: room.key, displayName: 'Ada', ...more });
      wantRefusal(await join({}), 'unauthenticated');
      wantRefusal(await join({ token: 'nonsense' }), 'unauthenticated');
      wantRefusal(await join({ token: await other.token({}) }), 'forbidden');
      ok((await join({ token: await room.token({}) })).ok);
    },
  },
  {
    rule: 'J4',
    title: 'a token whose signature or content was changed is answered unauthenticated',
    async run(stage) {
      const room = await stage.room({ access: 'Token' });
      const [head, , signature] = (await room.token({ role: 'viewer' })).split('.');
      const [, body] = (await room.token({ role: 'owner' })).split('.');
      const none = Buffer.from('{"alg":"none"}').toString('base64url');
      for (const token of [`${head}.${body}.${signature}`, `${none}.${body}.`]) {
        const answer = await stage.client().ask('join', { room: room.key, displayName: 'Mallory', token });
        wantRefusal(answer, 'unauthenticated');
      }
    },
  },
  {
    rule: 'J4',
    title: 'an old token is answered token_expired',
    async run(stage) {
      const room = await stage.room({ access: 'Token' });
      const token = await room.token({ expiresInSeconds: 1 });
      // Its end is written in whole seconds; nothing says that it came.
      await sleep(2500);
      wantRefusal(
        await stage.client().ask('join', { room: room.key, displayName: 'Ada', token }),
        'token_expired',
      );
    },
  },
  {
    rule: 'J4',
    title: 'in an open room, too, a token has to be right, and its name goes before that of the request',
    async run(stage) {
      const room = await stage.room();
      const answer = await stage
        .client()
        .ask('join', { room: room.key, displayName: 'Mallory', token: 'forged' });
      wantRefusal(answer, 'unauthenticated');
      const { joined } = await stage.enter(room, 'Somebody', await room.token({ displayName: 'Ada' }));
      deepEqual(
        joined.snapshot.participants.map(({ displayName }) => displayName),
        ['Ada'],
      );
    },
  },
  {
    rule: 'J5',
    title: 'who was refused leaves nothing behind, and nobody hears of them',
    async run(stage) {
      const room = await stage.room({ maxParticipants: 2 });
      const [ada, grace] = await stage.meet(room);
      for (let i = 0; i < 3; i++) {
        wantRefusal(await stage.client().ask('join', { room: room.key, displayName: 'Late' }), 'room_full');
      }
      await grace.client.get('leave', {});
      await ada.client.event('participantLeft', grace.id);
      const { participants } = await ada.client.state();
      deepEqual(
        participants.map(({ id }) => id),
        [ada.id],
      );
      equal(ada.client.events.length, 2);
    },
  },
  {
    rule: 'J6',
    title: 'a room that its administrator closed is answered room_closed, and says why',
    async run(stage) {
      const room = await stage.room({ state: 'closed' });
      const answer = await stage.client().ask('join', { room: room.key, displayName: 'Ada' });
      equal(wantRefusal(answer, 'room_closed').closed?.reason, 'Suspended');
    },
  },
  {
    rule: 'J6',
    title: 'who lost connection before the room closed is not let back in',
    closesRooms: true,
    async run(stage) {
      const room = await stage.closingRoom();
      const { client, joined } = await stage.enter(room, 'Ada');
      client.drop();
      await room.close();
      const answer = await stage.client().ask('resume', sessionOf(joined));
      equal(wantRefusal(answer, 'room_closed').closed?.reason, 'Suspended');
    },
  },
  {
    rule: 'J8',
    title: 'a name is calmed, and refused if it is too long or nothing of it is left',
    async run(stage) {
      const room = await stage.room();
      const { joined } = await stage.enter(room, `\u202eA${'\u0301'.repeat(60)}da`);
      const { participants } = joined.snapshot;
      equal(participants[0]?.displayName, `A${'\u0301'.repeat(8)}da`);
      for (const displayName of ['\u200b', 'A\u0000da', 'x'.repeat(65)]) {
        wantRefusal(await stage.client().ask('join', { room: room.key, displayName }), 'bad_request');
      }
    },
  },
];
