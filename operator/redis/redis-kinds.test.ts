/** What the operator reads and writes in each kind of Redis, secured, while a server of it is replaced. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  type Placement,
  RoomKey,
  type RoomUid,
  redisKeys,
  type SfuInstance,
  type SfuRegistration,
} from '@parley/protocol';
import { createRedis, parseRedisUrl, type RedisClient, type RedisServer } from '@parley/redis';
import { createLogger } from '@parley/telemetry';
import { eventually, redisKinds, type SecureRedis, startSecureRedis } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Fence } from '../runtime/index.ts';
import { RedisConnection } from './connection.ts';
import { Participants } from './participants.ts';
import { Placements } from './placements.ts';
import { Registrations } from './registrations.ts';

const log = createLogger('operator');
log.level = 'silent';
const rooms = Array.from({ length: 30 }, (_, index) => RoomKey.parse(`default/room-${index}`));
const pods = ['sfu-0', 'sfu-1', 'sfu-2', 'sfu-3'];
const uids = new Map(rooms.map(room => [room, randomUUID() as RoomUid]));
const placement = (key: RoomKey): Placement => ({
  state: 'waiting',
  key,
  uid: uids.get(key) ?? (randomUUID() as RoomUid),
  reason: 'NoSFU',
  message: 'No media server is free.',
});
const registration = (pod: string): SfuRegistration => ({
  pod,
  instance: randomUUID() as SfuInstance,
  controlUrl: 'http://127.0.0.1:9',
  state: 'serving',
  workers: 1,
  addresses: ['127.0.0.1'],
  load: { rooms: 0, transports: 0, producers: 0, consumers: 0, workerCpu: 0 },
});

describe.each(redisKinds)('%s', kind => {
  let redis: SecureRedis;
  let server: RedisServer;
  let outside: RedisClient;
  let connection: RedisConnection;

  beforeAll(async () => {
    redis = await startSecureRedis(kind);
    const { REDIS_URL, REDIS_CA_FILE } = redis.environment;
    server = { address: parseRedisUrl(REDIS_URL), ca: readFileSync(REDIS_CA_FILE, 'utf8') };
    outside = createRedis(server, { name: 'test', purpose: 'subscriptions' });
    outside.on('error', () => {});
    connection = new RedisConnection(server, log);
  });
  afterAll(async () => {
    connection.stop();
    outside.disconnect();
    await redis[Symbol.asyncDispose]();
  });

  const fence = new Fence();
  fence.openUntil(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);

  test('placements, registrations and people are seen, and written again where they were lost', async () => {
    const placements = new Placements(connection, fence);
    const known: string[] = [];
    const registrations = new Registrations({
      redis: connection,
      log,
      isThere: async () => false,
      pods: () => pods,
      onKnown: () => undefined,
      onChange: pod => known.push(pod),
    });
    const participants = new Participants({
      redis: connection,
      rooms: () => rooms,
      exists: room => rooms.includes(room),
      onChange: () => undefined,
    });
    let available = 0;
    connection.onAvailable(() => {
      available += 1;
    });
    connection.start();
    await eventually('Redis', () => connection.available);
    registrations.start();

    await placements.load(rooms);
    for (const key of rooms) await placements.write(placement(key));
    await placements.write({ ...placement(rooms[0] as RoomKey), state: 'ended' } as Placement);
    const strays = await placements.strays(room => room === rooms[1]);
    expect(strays.map(({ key }) => key).toSorted()).toEqual(rooms.slice(2).toSorted());
    expect(await outside.ttl(redisKeys.placement(rooms[0] as RoomKey))).toBeGreaterThan(200);
    expect(await outside.exists(redisKeys.placementsComplete)).toBe(1);

    for (const pod of pods) await outside.set(redisKeys.sfu(pod), JSON.stringify(registration(pod)));
    registrations.look();
    await eventually('all SFUs', () => pods.every(pod => registrations.get(pod)));
    await outside.hset(redisKeys.participants(rooms[1] as RoomKey), 'ada', '{}');
    await participants.countAll();
    expect(participants.get(rooms[1] as RoomKey)).toBe(1);

    const before = available;
    const lost = redisKeys.placement(rooms[1] as RoomKey);
    await redis.loseMaster(lost);
    await eventually('the news', () => available > before && connection.available, 20_000);
    await eventually(
      'what was lost to be written again',
      async () => {
        for (const key of await placements.load(rooms)) await placements.write(placement(key));
        return (await outside.exists(lost)) === 1;
      },
      20_000,
    );
    registrations.stop();
    participants.stop();
  });
});
