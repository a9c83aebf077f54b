import { equal, match, ok } from 'node:assert/strict';
import { maxMessageBytes, oldestVersion, protocolVersion, ServedVersions } from '@parley/protocol';
import type { Check } from '../check.ts';
import { handshakes } from '../client.ts';
import { wantRefusal } from '../wants.ts';

/** The longest that a connection may be in no room: it came just after the others were looked at. */
const idleMs = 60_000;

const handshake = (auth: object, code: string): Check => ({
  rule: 'C2',
  title: `a handshake of ${JSON.stringify(auth)} is refused with ${code}`,
  versions: [2],
  async run(stage) {
    const { data } = await stage.client(auth).refused();
    equal(Object(data).code, code);
    if (code === 'unsupported_version')
      ok(ServedVersions.safeParse(data).success, 'it does not say what it speaks');
  },
});

export const connecting: readonly Check[] = [
  {
    rule: 'C1',
    title: 'there is no other transport than WebSocket',
    versions: [2],
    async run({ endpoint }) {
      const response = await fetch(new URL('/socket.io/?EIO=4&transport=polling', endpoint.urls[0]));
      await response.body?.cancel();
      equal(response.status, 400);
    },
  },
  handshake({ version: oldestVersion - 1 }, 'unsupported_version'),
  handshake({ version: protocolVersion + 1 }, 'unsupported_version'),
  handshake({}, 'bad_request'),
  handshake({ version: 'one' }, 'bad_request'),
  {
    rule: 'C3',
    title: 'a page of a foreign origin is not let in',
    async run(stage) {
      const from = (origin: string) => ({ origin });
      await stage.client(undefined, from('https://elsewhere.example')).refused();
      await stage.client(undefined, from(stage.endpoint.origin)).connected();
    },
  },
  {
    rule: 'C4',
    title: 'who left comes in again on a new connection, and not on the old one',
    async run(stage) {
      const room = await stage.room();
      const { client } = await stage.enter(room, 'Ada');
      await client.get('leave', {});
      wantRefusal(await client.ask('join', { room: room.key, displayName: 'Ada' }), 'conflict');
      const again = await stage.enter(room, 'Ada');
      equal(again.joined.snapshot.participants.length, 1);
    },
  },
  {
    rule: 'C5',
    title: 'a connection that enters no room is ended',
    versions: [2],
    timeoutMs: 2 * idleMs,
    async run(stage) {
      const client = await stage.client().connected();
      const began = performance.now();
      await client.disconnected(idleMs + 15_000);
      // It began at the server a little earlier.
      ok(performance.now() - began > 20_000, 'it was ended before 30 s were over');
    },
  },
  {
    rule: 'C6',
    title: 'a client that does not know room_closed hears room_rejected',
    versions: [1],
    async run(stage) {
      const room = await stage.room({ state: 'closed' });
      const ask = (auth: object) => stage.client(auth).ask('join', { room: room.key, displayName: 'Ada' });
      const [before, since] = [await ask({ version: 1 }), await ask(handshakes[1])];
      equal(wantRefusal(before, 'room_rejected').message, wantRefusal(since, 'room_closed').message);
    },
  },
  {
    rule: 'C6',
    title: 'a client that does not know room_closed is said goodbye to with room_ended',
    versions: [1],
    closesRooms: true,
    async run(stage) {
      const room = await stage.closingRoom();
      const client = stage.client({ version: 1 });
      await client.join(room.key);
      await room.close();
      const { reason, message } = await client.goodbye();
      equal(reason, 'room_ended');
      match(message, /closed/);
    },
  },
  {
    rule: 'C7',
    title: 'people of both versions meet, and hear only what they know',
    versions: [2],
    async run(stage) {
      const room = await stage.room();
      const old = stage.client(handshakes[1]);
      await old.join(room.key, 'Old');
      const young = await stage.enter(room, 'Young');
      equal((await old.event('participantJoined')).participant.id, young.id);
      await young.client.get('leave', {});
      await old.event('participantLeft', young.id);
      ok(old.heard.every(name => name === 'room' || name === 'goodbye'));
    },
  },
  {
    rule: 'C8',
    title: 'welcome is the first that a client hears, and says what it may send',
    versions: [2],
    async run(stage) {
      const { client } = await stage.enter(await stage.room(), 'Ada');
      await client.state();
      equal(client.heard[0], 'welcome');
      equal(client.welcomes.length, 1);
      const [welcome] = client.welcomes;
      equal(welcome?.version, protocolVersion);
      equal(welcome?.oldestVersion, oldestVersion);
      equal(welcome?.limits.maxMessageBytes, maxMessageBytes);
    },
  },
  {
    rule: 'C9',
    title: 'a trace that is not valid is passed over, whatever it is',
    versions: [2],
    async run(stage) {
      for (const traceparent of ['nonsense', 7, 'x'.repeat(10_000)])
        await stage.client({ version: protocolVersion, traceparent }).connected();
    },
  },
  {
    rule: 'C8',
    title: 'a client of version 1 is not welcomed',
    versions: [1],
    async run(stage) {
      const { client } = await stage.enter(await stage.room(), 'Ada');
      await client.state();
      equal(client.heard.includes('welcome'), false);
    },
  },
];
