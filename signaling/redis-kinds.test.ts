/** Two replicas and an SFU with each kind of Redis, secured, while a server of it is replaced. */
import { redisKeys } from '@parley/protocol';
import { eventually, redisKinds, startSecureRedis } from '@parley/testing';
import { expect, test } from 'vitest';
import { TestClient } from './testing/client.ts';
import { place, readyPlacement } from './testing/rooms.ts';
import { startServices } from './testing/stage.ts';

test.each(redisKinds)(
  'people on two replicas meet with Redis of kind %s, before and after it fails',
  async kind => {
    await using stack = new AsyncDisposableStack();
    const server = stack.use(await startSecureRedis(kind));
    const { redis, sfu, replicas } = await startServices(stack, server.environment);

    /** Ada and Grace meet in a new room. Answers whether Ada hears of Grace. */
    const meet = async () => {
      const room = await place(redis, readyPlacement({ sfu: sfu.sfu }));
      using ada = new TestClient(replicas[0]?.port ?? 0);
      using grace = new TestClient(replicas[1]?.port ?? 0);
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
