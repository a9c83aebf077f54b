/** Rooms that their schedule or administrator closes, over two replicas with a real Redis and a real SFU. */
import { type ClosedPlacement, type ReadyPlacement, redisKeys } from '@parley/protocol';
import { eventually, startRedis, type TestRedis } from '@parley/testing';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { TestClient } from './testing/client.ts';
import { startSfu } from './testing/processes.ts';
import { type RunningReplica, startReplica } from './testing/replica.ts';
import { place, readyPlacement } from './testing/rooms.ts';

let server: TestRedis;
let redis: Redis;
let replicas: [RunningReplica, RunningReplica];
let sfu: Awaited<ReturnType<typeof startSfu>>;
let room: ReadyPlacement;
const clients: TestClient[] = [];

const opensAt = '2026-12-24T17:00:00Z';

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
  replicas = [await startReplica(server.url), await startReplica(server.url)];
  sfu = await startSfu(server.url, redis);
});
beforeEach(async () => {
  room = await place(redis, readyPlacement({ sfu: sfu.sfu }));
});
afterEach(() => {
  for (const client of clients.splice(0)) client[Symbol.dispose]();
});
afterAll(async () => {
  await Promise.all(replicas.map(replica => replica[Symbol.asyncDispose]()));
  await sfu[Symbol.asyncDispose]();
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

const client = (replica: 0 | 1 = 0, revision = 1) => {
  const made = new TestClient(replicas[replica].port, { auth: { version: 1, revision } });
  clients.push(made);
  return made;
};
const close = (reason: ClosedPlacement['reason'], more: Partial<ClosedPlacement> = {}) =>
  place<ClosedPlacement>(redis, {
    state: 'closed',
    key: room.key,
    uid: room.uid,
    reason,
    message: 'The meeting is not open yet. It opens on 24 December.',
    ...more,
  });

test('J6 a room that is not open yet is answered room_closed, with the time when it opens', async () => {
  await close('NotOpenYet', { opensAt });
  expect(await client().ask('join', { room: room.key, displayName: 'Ada' })).toEqual({
    ok: false,
    error: {
      code: 'room_closed',
      message: 'The meeting is not open yet. It opens on 24 December.',
      closed: { reason: 'NotOpenYet', opensAt },
    },
  });
});

test('J6 who waited comes in once the room is open', async () => {
  await close('NotOpenYet', { opensAt });
  const ada = client();
  expect(await ada.ask('join', { room: room.key, displayName: 'Ada' })).toMatchObject({ ok: false });
  await place(redis, room);
  expect((await ada.join(room.key)).snapshot.participants).toHaveLength(1);
});

test('C6 a client that does not know room_closed hears words that it knows, with the same message', async () => {
  const inside = client(0, 0);
  await inside.join(room.key);
  await close('Suspended', { message: 'The meeting is closed for now.' });
  expect(await inside.goodbye()).toMatchObject({
    reason: 'room_ended',
    message: expect.stringContaining('closed'),
  });
  const error = { code: 'room_rejected', message: 'The meeting is closed for now.' };
  const late = await client(1, 0).ask('join', { room: room.key, displayName: 'Bob' });
  expect(late).toMatchObject({ ok: false, error });
});

test.each([
  ['NotOpenYet', 'The meeting is over for now.'],
  ['Closed', 'The meeting is over.'],
  ['Suspended', 'The meeting was closed for now by its administrator.'],
] as const)(
  'G7 when a room closes (%s) everyone leaves, on every replica, and its state goes',
  async (reason, message) => {
    const [ada, bob] = [client(0), client(1)];
    await Promise.all([ada.join(room.key, 'Ada'), bob.join(room.key, 'Bob')]);
    const more = reason === 'NotOpenYet' ? { opensAt } : {};
    await close(reason, more);
    for (const who of [ada, bob]) {
      expect(await who.goodbye()).toEqual({ reason: 'room_closed', message, closed: { reason, ...more } });
      await who.disconnected();
    }
    await eventually(
      'the state to go',
      async () => (await redis.exists(redisKeys.participants(room.key))) === 0,
    );
    expect(await redis.exists(redisKeys.room(room.key))).toBe(0);
  },
);

test('J6 who lost connection before the room closed is not let back in', async () => {
  const ada = client();
  const { participantId, sessionSecret } = await ada.join(room.key);
  ada.drop();
  await close('Closed', { message: 'The meeting is over.' });
  const again = await client(1).ask('resume', { room: room.key, participantId, sessionSecret });
  expect(again).toMatchObject({ ok: false, error: { code: 'room_closed', closed: { reason: 'Closed' } } });
});

test('G7 a room that opens again is as if it were new, and a late goodbye does not touch its people', async () => {
  const ada = client();
  const first = await ada.join(room.key, 'Ada');
  await close('Suspended');
  await ada.goodbye();
  await eventually('the state to go', async () => (await redis.exists(redisKeys.room(room.key))) === 0);
  await place(redis, room);
  const bob = client(1);
  const second = await bob.join(room.key, 'Bob');
  expect(second.snapshot.participants.map(({ displayName }) => displayName)).toEqual(['Bob']);
  expect(second.participantId).not.toBe(first.participantId);

  // The other replica looks at the room again and again: Bob stays.
  const cleo = client(0);
  await cleo.join(room.key, 'Cleo');
  await bob.event('participantJoined');
  expect(await redis.hlen(redisKeys.participants(room.key))).toBe(2);
});
