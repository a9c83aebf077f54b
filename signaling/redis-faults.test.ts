/** A call of four over two replicas while its Redis dies, comes back with or without its data, freezes, or is succeeded. */
import { type ReadyPlacement, redisKeys } from '@parley/protocol';
import type { RedisClient } from '@parley/redis';
import { eventually, startDurableRedis, startRedis, startSecureRedis } from '@parley/testing';
import { expect, test, vi } from 'vitest';
import { TestClient } from './testing/client.ts';
import { startEntrance } from './testing/entrance.ts';
import { Guest } from './testing/guest.ts';
import { place, readyPlacement } from './testing/rooms.ts';
import { callsOfSfu, roomOnSfu } from './testing/sfu-view.ts';
import { type RedisEnvironment, startServices } from './testing/stage.ts';
import { agree, haveRead } from './testing/together.ts';

// Processes start slowly on a machine where other tests run.
vi.setConfig({ testTimeout: 120_000 });

/** Four people, two on each of two replicas, who send a microphone and have written something. */
async function startCall(environment: RedisEnvironment) {
  await using starting = new AsyncDisposableStack();
  const settings = { GRACE_SECONDS: '60' };
  const { redis, sfu, replicas } = await startServices(starting, environment, { settings });
  const entrance = starting.use(await startEntrance(...replicas.map(({ port }) => port)));
  const room = await place(redis, readyPlacement({ sfu: sfu.sfu }));
  const people: Guest[] = [];
  for (const name of ['Ada', 'Grace', 'Joan', 'Mary']) {
    people.push(starting.use(await Guest.enter(entrance.url, room.key, name)));
  }
  await Promise.all(people.map(guest => guest.publish()));
  for (const guest of people) guest.chat.send(`${guest.name} before`);
  const said = people.map(({ name }) => `${name} before`);
  await haveRead(people, said);
  const ids = people.map(({ id }) => id);
  const [before, calls] = [await agree(people), await callsOfSfu(room)];
  const all = starting.move();
  return {
    redis,
    room,
    people,
    replicas,
    /** They write; answers what was written by then. */
    say(what: string) {
      for (const guest of people) {
        guest.chat.send(`${guest.name} ${what}`);
        said.push(`${guest.name} ${what}`);
      }
      return said;
    },
    /** Nobody went, nothing was made anew, nothing is missing. */
    async isAsBefore() {
      await haveRead(people, said);
      const after = await agree(people);
      expect({ ...after, seq: 0, at: 0 }).toEqual({ ...before, seq: 0, at: 0 });
      expect(people.map(({ id }) => id)).toEqual(ids);
      expect(await callsOfSfu(room)).toEqual(calls);
      for (const guest of people) expect(guest).toMatchObject({ failed: undefined, goodbyes: [] });
    },
    before,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
type Call = Awaited<ReturnType<typeof startCall>>;

/** Somebody new is answered this, with a sentence that says what to do, at each replica. */
async function isRefused({ replicas, room }: Call, code: 'unavailable' | 'room_not_ready') {
  await Promise.all(
    replicas.map(async ({ port }) => {
      using late = new TestClient(port);
      const answer = await late.ask('join', { room: room.key, displayName: 'Late' });
      expect(answer).toMatchObject({
        ok: false,
        error: { code, message: expect.stringMatching(/^[A-Z].* Try again in .+\.$/) },
      });
    }),
  );
}

/** What is said the moment a connection to Redis comes back may be lost: who heard nothing asks after 30 s (S3). */
const seenWithinMs = 40_000;

/** Somebody new gets in at each replica, is seen by all and goes. */
async function isOpen({ replicas, room, people }: Call) {
  for (const { port } of replicas) {
    using late = new TestClient(port);
    const { participantId } = await eventually('the way in', () => late.join(room.key, 'Late'), 30_000);
    await eventually(
      'Late to be seen',
      () => people.every(({ view }) => view?.participants.some(({ id }) => id === participantId)),
      seenWithinMs,
    );
    await late.get('leave', {});
  }
}

test('J3 S3 H3 Redis is killed and comes back with its data: nobody goes, and nothing is lost', async () => {
  await using server = await startDurableRedis();
  await using call = await startCall({ REDIS_URL: server.url });
  await server.stop();
  call.say('without Redis');
  await isRefused(call, 'unavailable');
  await server.start();
  await call.isAsBefore();
  expect(call.people.map(({ ids }) => ids.length)).toEqual([1, 1, 1, 1]);
  await isOpen(call);
});

test('J3 G6 M4 Redis comes back empty: people are in again with the same media, and the state is whole', async () => {
  await using server = await startRedis();
  await using call = await startCall({ REDIS_URL: server.url });
  const { people, room, before } = call;
  await server.stop();
  await isRefused(call, 'unavailable');
  await server.start();
  for (const { url } of call.replicas) {
    await eventually('readiness', async () => (await fetch(`${url}/readyz`)).ok);
  }
  // The operator has not written its placements yet: everybody stays.
  await isRefused(call, 'room_not_ready');
  expect(people.every(({ bound, ids }) => bound && ids.length === 1)).toBe(true);

  await eventually('the placement', () => place(call.redis, room));
  await eventually(
    'all to be in again',
    () => people.every(({ ids, bound }) => ids.length === 2 && bound),
    30_000,
  );
  const after = await eventually('all to send again', async () => {
    const served = await agree(people);
    return served.participants.flatMap(({ producers }) => producers).length === 4 && served;
  });
  expect(after.generation).toBe(before.generation);
  expect((await roomOnSfu(room))?.generation).toBe(before.generation);
  expect(after.participants.map(({ id }) => id).toSorted()).toEqual(people.map(({ id }) => id).toSorted());
  for (const guest of people) {
    expect(guest).toMatchObject({ failed: undefined, goodbyes: [] });
    guest.chat.send(`${guest.name} again`);
  }
  await haveRead(
    people,
    people.map(({ name }) => `${name} again`),
  );
  await isOpen(call);
});

test('J3 J5 S3 Redis freezes in the middle of joins, and thaws: who was refused is not there, and nobody went', async () => {
  await using server = await startRedis();
  await using call = await startCall({ REDIS_URL: server.url });
  const { people, replicas, room } = call;
  using crowd = new DisposableStack();
  const joins = Array.from({ length: 12 }, async (_, index) => {
    const one = crowd.use(new TestClient(replicas[index % replicas.length]?.port ?? 0));
    return { one, answer: await one.ask('join', { room: room.key, displayName: `Crowd ${index}` }) };
  });
  await eventually('the first of many to be in', () => (people[0]?.view?.participants.length ?? 0) > 4);
  server.freeze();
  const answers = await Promise.all(joins);
  call.say('in the cold');
  for (const { answer } of answers) {
    if (!answer.ok) expect(answer.error).toMatchObject({ code: 'unavailable' });
  }
  for (const { url } of replicas) {
    await eventually('unreadiness', async () => (await fetch(`${url}/readyz`)).status === 503);
  }
  await isRefused(call, 'unavailable');
  server.thaw();

  await isOpen(call);
  await eventually('those alone to be there who are in', async () => {
    const { participants } = await agree(people);
    return participants.length === 4 + answers.filter(({ answer }) => answer.ok).length;
  });
  for (const { one, answer } of answers) if (answer.ok) await one.get('leave', {});
  await eventually('the crowd to be gone', async () => (await roomOnSfu(room))?.participants === 4);
  expect(await call.redis.hlen(redisKeys.participants(room.key))).toBe(4);
  await haveRead(people, call.say('and warm'));
  for (const guest of people)
    expect(guest).toMatchObject({ failed: undefined, goodbyes: [], ids: [guest.id] });
});

test('J3 S3 S5 H3 the master freezes and sentinels promote its replica: nobody goes, and nothing is lost', async () => {
  await using server = await startSecureRedis('sentinel');
  await using call = await startCall(server.environment);
  await isReplicated(call.redis, call.room);
  await server.loseMaster(redisKeys.room(call.room.key), 'freezes');
  call.say('without a master');
  await isRefused(call, 'unavailable');
  await call.isAsBefore();
  await isOpen(call);
});

/** What was written until now is known to a replica, too: what is not by then is lost with its master. */
async function isReplicated(redis: RedisClient, room: ReadyPlacement): Promise<void> {
  await place(redis, room);
  expect(await redis.call('WAIT', 1, 5000)).toBe(1);
}
