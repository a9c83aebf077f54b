/** Two replicas and an SFU with each kind of Redis, secured, while a server of it is replaced. */

import { readFileSync } from 'node:fs';
import { redisKeys } from '@parley/protocol';
import { createRedis, parseRedisUrl } from '@parley/redis';
import { eventually, redisKinds, startSecureRedis } from '@parley/testing';
import { expect, test } from 'vitest';
import { TestClient } from './testing/client.ts';
import { startSfu } from './testing/processes.ts';
import { startReplica } from './testing/replica.ts';
import { place, readyPlacement } from './testing/rooms.ts';

test.each(redisKinds)(
  'people on two replicas meet with Redis of kind %s, before and after it fails',
  async kind => {
    await using stack = new AsyncDisposableStack();
    const server = stack.use(await startSecureRedis(kind));
    const { REDIS_URL, REDIS_CA_FILE } = server.environment;
    const redis = createRedis(
      { address: parseRedisUrl(REDIS_URL), ca: readFileSync(REDIS_CA_FILE, 'utf8') },
      { name: 'test', purpose: 'commands' },
    );
    redis.on('error', () => {});
    stack.defer(() => redis.disconnect());
    await eventually('a connection', () => redis.status === 'ready');
    const [first, second, sfu] = await Promise.all([
      startReplica(REDIS_URL, { REDIS_CA_FILE }),
      startReplica(REDIS_URL, { REDIS_CA_FILE }),
      startSfu(REDIS_URL, redis, { REDIS_CA_FILE }),
    ]);
    for (const started of [first, second, sfu]) stack.use(started);

    /** Ada and Grace meet in a new room. Answers whether Ada hears of Grace. */
    const meet = async () => {
      const room = await place(redis, readyPlacement({ sfu: sfu.sfu }));
      using ada = new TestClient(first.port);
      using grace = new TestClient(second.port);
      const { seq, at } = (await ada.join(room.key, 'Ada')).snapshot;
      const { participantId } = await grace.join(room.key, 'Grace');
      const { participant } = await ada.event('participantJoined', undefined, 2000);
      // The history of the room says the same.
      const missed = await ada.get('sync', { since: { seq, at } });
      expect(missed).toMatchObject({ events: [{ type: 'participantJoined', participant }] });
      return { met: participant.id === participantId, room };
    };
    const { met, room } = await meet();
    expect(met).toBe(true);

    await server.loseMaster(redisKeys.room(room.key));
    await eventually(
      'the SFU to be registered',
      async () => (await redis.exists(redisKeys.sfu(sfu.sfu.pod))) === 1,
      20_000,
    );
    await eventually('people to meet again', async () => (await meet()).met, 20_000);
  },
);
