/** What the operator asks of Redis while nothing happens is little, and still notices what it should. */
import { type Placement, RoomKey, RoomUid, redisChannels, redisKeys } from '@parley/protocol';
import { parseRedisUrl } from '@parley/redis';
import { createLogger } from '@parley/telemetry';
import { eventually, startRedis, type TestRedis } from '@parley/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Fence, openFence } from '../runtime/index.ts';
import { RedisConnection } from './connection.ts';
import { Participants } from './participants.ts';
import { Placements } from './placements.ts';

const log = createLogger('operator');
log.level = 'silent';
const uid = RoomUid.parse('00000000-0000-4000-8000-000000000001');
const rooms = Array.from({ length: 1_000 }, (_, index) => RoomKey.parse(`default/room-${index}`));
const [first = RoomKey.parse('default/none'), second = first] = rooms;
const placement = (key: RoomKey): Placement => ({ state: 'waiting', key, uid, reason: 'Test', message: '' });

let server: TestRedis;
let redis: Redis;
let connection: RedisConnection;

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
  connection = new RedisConnection({ address: parseRedisUrl(server.url), ca: undefined }, log);
  connection.start();
  await eventually('Redis', () => connection.available);
});
beforeEach(() => redis.flushall());
afterAll(async () => {
  connection.stop();
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

/** Commands that Redis has carried out, those of the test among them. */
async function commands(name: string): Promise<number> {
  const stats = await redis.info('commandstats');
  return Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
}

async function writtenPlacements(): Promise<Placements> {
  const fence = new Fence();
  fence.openUntil(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
  const placements = new Placements(connection, fence);
  await placements.load(rooms);
  await Promise.all(rooms.map(room => placements.write(placement(room))));
  return placements;
}

test('a few placements stand for all, and all are read once one of them is not as it was written', async () => {
  const placements = await writtenPlacements();
  const before = await commands('mget');
  expect(await placements.check(rooms)).toEqual([]);
  expect((await commands('mget')) - before).toBe(1);

  await redis.flushall();
  expect(new Set(await placements.check(rooms))).toEqual(new Set(rooms));
});

test('the placement of a room that does not exist is found, unless it is ended', async () => {
  const placements = await writtenPlacements();
  await placements.write({ state: 'ended', key: second, uid });
  const strays = await placements.strays(room => room !== first && room !== second);
  expect(strays).toEqual([placement(first)]);
});

test('a room with people is counted though no message said so, and until they are gone', async () => {
  const changed: RoomKey[] = [];
  await using stack = new AsyncDisposableStack();
  const participants = new Participants({
    redis: connection,
    rooms: () => rooms,
    exists: room => rooms.includes(room),
    onChange: room => changed.push(room),
    sweepMs: 20,
  });
  stack.defer(() => participants.stop());
  await participants.countAll();
  const before = await commands('hlen');
  participants.start();
  await redis.hset(redisKeys.participants(first), 'ada', '{}');
  await redis.zadd(redisKeys.activeRooms, Date.now(), first, Date.now(), 'default/gone');
  await eventually('one person', () => participants.get(first) === 1);
  // Signaling may have forgotten the room by then.
  await redis.del(redisKeys.participants(first), redisKeys.activeRooms);
  await eventually('nobody', () => participants.get(first) === 0);
  expect(participants.get(RoomKey.parse('default/gone'))).toBeUndefined();
  expect((await commands('hlen')) - before).toBeLessThan(rooms.length);
});

test('people are not counted in a room that is gone, though they say goodbye', async () => {
  const gone = RoomKey.parse('default/gone');
  const own = new RedisConnection({ address: parseRedisUrl(server.url), ca: undefined }, log);
  const participants = new Participants({
    redis: own,
    rooms: () => [],
    exists: room => rooms.includes(room),
    onChange: () => undefined,
  });
  own.start();
  await eventually('the subscription', async () => {
    const [, count] = (await redis.pubsub('NUMSUB', redisChannels.participants)) as [string, number];
    return count === 1;
  });
  for (const room of [gone, first]) {
    await redis.hset(redisKeys.participants(room), 'ada', '{}');
    await redis.publish(redisChannels.participants, room);
  }
  await eventually('the other room', () => participants.get(first) === 1);
  expect(participants.get(gone)).toBeUndefined();
  participants.stop();
  own.stop();
});

test('a room that goes while Redis is away keeps no other from being told to be complete', async () => {
  const placements = new Placements(connection, openFence());
  await placements.load([first]);
  await server.stop();
  await eventually('the loss', () => !connection.available);
  await placements.forget(first);
  await server.start();
  await eventually('Redis', () => connection.available);
  expect(await redis.exists(redisKeys.placementsComplete)).toBe(0);
  await placements.load([]);
  expect(await redis.exists(redisKeys.placementsComplete)).toBe(1);
});
