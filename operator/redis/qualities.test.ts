import { once } from 'node:events';
import { redisKeys } from '@parley/protocol';
import { createRedis, parseRedisUrl, type RedisClient } from '@parley/redis';
import { startRedis, type TestRedis } from '@parley/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Qualities } from './qualities.ts';

let server: TestRedis;
let redis: RedisClient;

beforeAll(async () => {
  server = await startRedis();
  redis = createRedis({ address: parseRedisUrl(server.url) }, { name: 'test', purpose: 'commands' });
  await once(redis, 'ready');
});
afterAll(async () => {
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

test('a room on several SFUs is as good as the worst of them, and what makes no sense is passed over', async () => {
  const heard: ReadonlySet<string>[] = [];
  const qualities = new Qualities({
    redis: { run: command => command(redis), available: true },
    pods: () => ['sfu-0', 'sfu-1'],
    onChange: uids => heard.push(uids),
  });
  await redis.hset(redisKeys.quality('sfu-0'), { large: '60', small: '90', odd: 'good' });
  await redis.hset(redisKeys.quality('sfu-1'), { large: '80' });
  await qualities.look();
  expect(['large', 'small', 'odd'].map(uid => qualities.get(uid))).toEqual([60, 90, undefined]);
  expect(heard).toEqual([new Set(['large', 'small'])]);

  await redis.del(redisKeys.quality('sfu-0'));
  await qualities.look();
  expect(qualities.get('large')).toBe(80);
  expect(heard.at(-1)).toEqual(new Set(['large', 'small']));
});
