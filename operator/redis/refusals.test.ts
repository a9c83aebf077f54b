/** A Redis that answers but refuses: no space left, no disk to save to, a key of the wrong type. */
import { type Placement, RoomKey, RoomUid } from '@parley/protocol';
import { parseRedisUrl } from '@parley/redis';
import { createLogger } from '@parley/telemetry';
import { eventually, startRedis, type TestRedis } from '@parley/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFence } from '../runtime/index.ts';
import { RedisConnection } from './connection.ts';
import { Placements } from './placements.ts';

const log = createLogger('operator');
log.level = 'silent';
const key = RoomKey.parse('default/demo');
const uid = RoomUid.parse('00000000-0000-4000-8000-000000000001');
const placement: Placement = { state: 'waiting', key, uid, reason: 'Test', message: '' };

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
afterAll(async () => {
  connection.stop();
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

test('refused writes are no loss of Redis: nothing that was read is read anew for them', async () => {
  const placements = new Placements(connection, openFence());
  await placements.load([key]);
  let available = 0;
  connection.onAvailable(() => {
    available += 1;
  });
  await redis.config('SET', 'maxmemory', '1');
  for (const _ of [1, 2, 3]) {
    await expect(placements.write(placement)).rejects.toMatchObject({
      code: 'redis_unavailable',
      cause: { message: expect.stringContaining('OOM') },
    });
    await connection.run(redis => redis.ping());
  }
  expect([connection.available, available]).toEqual([true, 0]);

  await redis.config('SET', 'maxmemory', '0');
  await placements.write(placement);
  expect(await placements.load([key])).toEqual([]);
});
