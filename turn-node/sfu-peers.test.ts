import { readFile } from 'node:fs/promises';
import { redisKeys } from '@parley/protocol';
import { createRedis, parseRedisUrl, type RedisServer } from '@parley/redis';
import { createLogger } from '@parley/telemetry';
import { freePort, startSecureRedis } from '@parley/testing';
import { expect, test } from 'vitest';
import { SfuPeers } from './sfu-peers.ts';
import { registration } from './test-relay.ts';

const log = createLogger('turn');
log.level = 'silent';

function peersOf(redis: RedisServer, remembered: string[] = []): SfuPeers & AsyncDisposable {
  const peers = new SfuPeers({ redis, pool: 'default', remembered, log, onChange: () => {} });
  return Object.assign(peers, { [Symbol.asyncDispose]: () => peers.close() });
}

test('SFUs of a Redis Cluster are known while they also say how their rooms fare', async () => {
  await using cluster = await startSecureRedis('cluster');
  const { REDIS_URL, REDIS_CA_FILE } = cluster.environment;
  const redis = { address: parseRedisUrl(REDIS_URL), ca: await readFile(REDIS_CA_FILE, 'utf8') };
  const outside = createRedis(redis, { name: 'test', purpose: 'subscriptions' });
  await outside.set(redisKeys.sfu('sfu-a'), registration('sfu-a', ['192.0.2.1']));
  await outside.hset(redisKeys.quality('sfu-a'), { room: '90' });
  outside.disconnect();
  await using peers = peersOf(redis);
  await peers.start();
  expect(peers.known).toBe(true);
  expect(peers.addresses).toEqual(['192.0.2.1']);
});

test.each(['redis', 'redis+sentinel', 'redis+cluster'])('the start does not wait for %s', async scheme => {
  const path = scheme === 'redis+sentinel' ? '/parley' : '';
  const redis = { address: parseRedisUrl(`${scheme}://127.0.0.1:${await freePort()}${path}`) };
  await using peers = peersOf(redis, ['192.0.2.1']);
  await peers.start();
  expect(peers.addresses).toEqual(['192.0.2.1']);
});
