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
  const heard: (ReadonlySet<string> | 'all')[] = [];
  const qualities = new Qualities({
    redis: { run: command => command(redis), available: true },
    pods: () => ['sfu-0', 'sfu-1'],
    onChange: uids => heard.push(uids),
  });
  await redis.hset(redisKeys.quality('sfu-0'), { large: '60', small: '90', odd: 'good' });
  await redis.hset(redisKeys.quality('sfu-1'), { large: '80' });
  expect(qualities.get('large')).toBeUndefined();
  await qualities.look();
  expect(['large', 'small', 'odd'].map(uid => qualities.get(uid)?.score)).toEqual([60, 90, undefined]);
  // What Rooms say from before may be of calls that are over.
  expect(heard).toEqual(['all']);

  await redis.del(redisKeys.quality('sfu-0'));
  await qualities.look();
  expect(qualities.get('large')?.score).toBe(80);
  expect(heard.at(-1)).toEqual(new Set(['large', 'small']));
});

test('what the people of several replicas report of a room counts together', async () => {
  const qualities = new Qualities({
    redis: { run: command => command(redis), available: true },
    pods: () => [],
    onChange: () => undefined,
  });
  const poor = { network: 1, relay: 0, device: 0, unknown: 0 };
  const say = (replica: string, uid: string, said: unknown) =>
    redis.hset(redisKeys.callQuality(replica), uid, JSON.stringify(said));
  await redis.zadd(redisKeys.replicas, 1, 'one', 2, 'other');
  await say('one', 'meeting', { people: 3, audioMos: 400, poor });
  await say('other', 'meeting', { people: 1, audioMos: 200, videoScore: 300, poor });
  await say('one', 'odd', { people: -3, audioMos: 400, poor });
  await redis.hset(redisKeys.callQuality('other'), 'garbled', '{"people":');
  await qualities.look();
  expect(qualities.get('meeting')?.calls).toEqual({
    people: 4,
    audioMos: 350,
    videoScore: 300,
    poor: { network: 2, relay: 0, device: 0, unknown: 0 },
  });
  expect([qualities.get('odd'), qualities.get('garbled')]).toEqual([{}, {}]);
});

test('what no status shows is no news', async () => {
  const heard: (ReadonlySet<string> | 'all')[] = [];
  const qualities = new Qualities({
    redis: { run: command => command(redis), available: true },
    pods: () => ['sfu-7'],
    onChange: uids => heard.push(uids),
  });
  const say = (score: number, audioMos: number) => {
    const calls = { people: 2, audioMos, poor: { network: 0, relay: 0, device: 0, unknown: 0 } };
    return Promise.all([
      redis.hset(redisKeys.quality('sfu-7'), 'steady', score),
      redis.hset(redisKeys.callQuality('third'), 'steady', JSON.stringify(calls)),
    ]);
  };
  await redis.zadd(redisKeys.replicas, 3, 'third');
  await say(91, 418);
  await qualities.look();
  heard.length = 0;
  await say(89, 422);
  await qualities.look();
  expect(heard).toEqual([]);
  await say(89, 426);
  await qualities.look();
  expect(heard).toEqual([new Set(['steady'])]);
});
