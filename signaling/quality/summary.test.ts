import { CallQuality, callQualityLeaseMs, type RoomUid, redisKeys } from '@parley/protocol';
import { createRedis, parseRedisUrl, type RedisClient } from '@parley/redis';
import { eventually, startRedis, type TestRedis } from '@parley/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SummaryWriter, summarise } from './summary.ts';

let server: TestRedis;
let redis: RedisClient;
beforeAll(async () => {
  server = await startRedis();
  redis = createRedis({ address: parseRedisUrl(server.url) }, { name: 'test', purpose: 'commands' });
  redis.on('error', () => {});
  await new Promise(resolve => redis.once('ready', resolve));
});
afterAll(async () => {
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

const well = { audioMos: 4.4, videoScore: 5, cause: undefined };

test('a summary has means in hundredths, and who fares badly by cause', () => {
  const quality = summarise([
    well,
    { audioMos: 3, videoScore: undefined, cause: 'network' },
    { audioMos: undefined, videoScore: 2, cause: 'unknown' },
    { audioMos: undefined, videoScore: undefined, cause: undefined },
  ]);
  expect(quality).toEqual({
    people: 3,
    audioMos: 370,
    videoScore: 350,
    poor: { network: 1, relay: 0, device: 0, unknown: 1 },
  });
  expect(CallQuality.parse(quality)).toEqual(quality);
  expect(summarise([{ audioMos: undefined, videoScore: undefined, cause: undefined }])).toBeUndefined();
});

test('Redis has what is so now, for as long as its lease', async () => {
  const writer = new SummaryWriter(redis, 'replica');
  const key = redisKeys.callQuality('replica');
  const quality = summarise([well]) ?? expect.unreachable();
  const [one, other] = ['one' as RoomUid, 'other' as RoomUid];
  const write = async (...rooms: RoomUid[]) => {
    await writer.write(new Map(rooms.map(uid => [uid, quality])));
    return Object.keys(await redis.hgetall(key)).sort();
  };
  expect(await write(one)).toEqual(['one']);
  expect(await redis.pttl(key)).toBeGreaterThan(callQualityLeaseMs / 2);
  expect(await write(one, other)).toEqual(['one', 'other']);
  expect(await write(other)).toEqual(['other']);

  // Nothing changed, but Redis lost it.
  await redis.del(key);
  expect(await write(other)).toEqual(['other']);
  expect(await write()).toEqual([]);
  expect(await write(one)).toEqual(['one']);
  await writer.remove();
  expect(await redis.exists(key)).toBe(0);
});

test('while Redis is away nothing is said, and afterwards all that is so by then', async () => {
  const writer = new SummaryWriter(redis, 'patient');
  const quality = summarise([well]) ?? expect.unreachable();
  const rooms = (...uids: string[]) => new Map(uids.map(uid => [uid as RoomUid, quality]));
  await writer.write(rooms('one', 'other'));
  await server.stop();
  await expect(writer.write(rooms('one', 'third'))).rejects.toThrow();
  await server.start();
  await eventually('Redis', () => redis.status === 'ready');
  await writer.write(rooms('one', 'third'));
  expect(Object.keys(await redis.hgetall(redisKeys.callQuality('patient'))).sort()).toEqual(['one', 'third']);
});
