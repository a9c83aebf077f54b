import { randomUUID } from 'node:crypto';
import { redisChannels } from '@parley/protocol';
import { createRedis, parseRedisUrl } from '@parley/redis';
import { createLogger } from '@parley/telemetry';
import { eventually, startRedis, type TestRedis } from '@parley/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Canary, deafAfterMs } from './canary.ts';
import { afterRound, patienceRounds } from './deafness.ts';

let server: TestRedis;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server[Symbol.asyncDispose]());

test('a replica hears itself, is deaf when it does not, and hears again', async () => {
  const address = parseRedisUrl(server.url);
  const publisher = createRedis({ address }, { name: 'publisher', purpose: 'commands' });
  const subscriber = createRedis({ address }, { name: 'subscriber', purpose: 'subscriptions' });
  for (const redis of [publisher, subscriber]) redis.on('error', () => {});
  const log = createLogger('signaling');
  log.level = 'fatal';
  const heard: number[] = [];
  const replica = randomUUID();
  let missed = 0;
  const canary = new Canary({
    publisher,
    subscriber,
    replica,
    log,
    heard: s => heard.push(s),
    missed: () => missed++,
  });
  expect(canary.hears(), 'nothing was said yet').toBe(false);
  const hears = () => {
    canary.speak();
    return canary.hears();
  };
  await eventually('the first word', hears);
  expect(heard.length).toBeGreaterThan(0);
  expect(missed).toBe(0);

  await subscriber.unsubscribe(redisChannels.canary(replica));
  canary.speak();
  expect(canary.deaf(performance.now() + deafAfterMs - 1000)).toBe(false);
  expect(canary.deaf(performance.now() + deafAfterMs)).toBe(true);
  expect(canary.hears(performance.now() + deafAfterMs)).toBe(false);

  await subscriber.subscribe(redisChannels.canary(replica));
  await eventually('words again', () => {
    canary.speak();
    return canary.hears(performance.now() + deafAfterMs - 1000);
  });
  await eventually('what was lost to be noted', () => missed === 1);
  publisher.disconnect();
  subscriber.disconnect();
});

test('a deaf replica gives its people to those who hear, if it is not a matter of a moment', () => {
  expect(afterRound({ deaf: false, rounds: 0, othersHear: true })).toBe('serve');
  expect(afterRound({ deaf: true, rounds: patienceRounds - 1, othersHear: true })).toBe('wait');
  expect(afterRound({ deaf: true, rounds: patienceRounds, othersHear: true })).toBe('give');
  expect(afterRound({ deaf: true, rounds: patienceRounds, othersHear: false })).toBe('wait');
});
