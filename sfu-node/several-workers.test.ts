import { redisChannels, redisKeys, SfuRegistration } from '@parley/protocol';
import { eventually, startRedis, type TestRedis } from '@parley/testing';
import { Redis } from 'ioredis';
import { cleanup } from 'node-datachannel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call, newTransport, openSession, refusalCode, request, startSfu } from './test-sfu.ts';
import { hears, listen, type Session, Speaker } from './test-talk.ts';

let server: TestRedis;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(async () => {
  cleanup();
  await server?.[Symbol.asyncDispose]();
});

const portOf = ({ send }: Session) => send.iceCandidates[0]?.port;

/** An SFU with two workers that are full with a single consumer, so that a room is soon on both. */
async function startTwoWorkers() {
  const test = await startSfu({ workers: 2, consumersPerWorker: 1, redisUrl: server.url });
  const lost: string[] = [];
  const subscriber = new Redis(server.url);
  subscriber.on('error', () => {});
  subscriber.on('message', (_, room) => lost.push(room));
  await subscriber.subscribe(redisChannels.routersLost);
  return {
    ...test,
    base: test.sfu.controlUrl,
    lost,
    workerOf: (session: Session) => test.sfu.pool.workers.find(({ port }) => port === portOf(session)),
    async [Symbol.asyncDispose]() {
      subscriber.disconnect();
      await test[Symbol.asyncDispose]();
    },
  };
}

it('a room on two workers: one is killed, the others hear each other on, and who was lost comes back', async () => {
  await using test = await startTwoWorkers();
  const { base } = test;
  const one = await openSession(base);
  const other = await openSession(base, one.room);
  expect(portOf(one)).not.toBe(portOf(other));
  const third = await openSession(base, one.room);
  const [doomed, spared] = portOf(third) === portOf(other) ? [one, other] : [other, one];

  using kept = await Speaker.start(base, spared, 4711);
  using gone = await Speaker.start(base, doomed, 4712);
  using near = await listen(base, third, kept.producer);
  using across = await listen(base, doomed, kept.producer);
  using lost = await listen(base, spared, gone.producer);
  await Promise.all([hears(near, kept), hears(across, kept), hears(lost, gone)]);
  const described = (await call(base, 'describe', {}, {})).rooms.find(({ room }) => room === one.room);
  expect(described).toMatchObject({ pipes: 2, participants: 3 });
  expect(described?.routers.map(({ participants }) => participants).sort()).toEqual([1, 2]);
  const { text } = await request(`${base}/metrics`);
  expect(text).toContain('parley_sfu_routers 2');
  expect(text).toContain('parley_sfu_pipes 2');

  const redis = new Redis(server.url);
  const load = await eventually('the load', async () => {
    await hears(near, kept);
    const said = SfuRegistration.parse(JSON.parse((await redis.get(redisKeys.sfu('sfu-test'))) ?? '')).load;
    return said.sentBitrate && said.consumers === 3 ? said : undefined;
  });
  redis.disconnect();
  // Both workers have more than the one track that fills them.
  expect(load).toMatchObject({ rooms: 1, producers: 2, consumers: 3, used: 1 });

  process.kill(test.workerOf(doomed)?.pid ?? 0, 'SIGKILL');
  await eventually('word of the loss', () => test.lost.includes(one.room));
  await hears(near, kept);
  const opened = await call(base, 'openRoom', one.params, {});
  expect(opened.generation).toBe(one.generation);
  expect(opened.lost.map(({ participant }) => participant)).toEqual([doomed.participant]);
  const restart = { ...doomed.params, transport: doomed.send.id };
  expect(await refusalCode(call(base, 'restartIce', restart, {}))).toBe('media_lost');
  await call(base, 'restartIce', { ...spared.params, transport: spared.send.id }, {});

  const open = (direction: 'send' | 'receive') =>
    call(base, 'openTransport', { ...doomed.params, transport: newTransport() }, { direction });
  const back = { ...doomed, send: await open('send'), receive: await open('receive') };
  expect((await call(base, 'openRoom', one.params, {})).lost).toEqual([]);
  using again = await Speaker.start(base, back, 4713);
  using heard = await listen(base, back, kept.producer);
  await hears(heard, kept);
  const wanted = { producerIds: [again.producer], rtpCapabilities: one.rtpCapabilities };
  expect((await call(base, 'openConsumers', spared.params, wanted)).consumers).toHaveLength(1);
});

/** A room with one participant on each worker, and what a room on the second alone is like. */
async function twoRooms(test: Awaited<ReturnType<typeof startTwoWorkers>>) {
  const mine = await openSession(test.base);
  const theirs = await openSession(test.base);
  expect(portOf(mine)).not.toBe(portOf(theirs));
  return { mine, theirs };
}

it('a room that is wholly on another worker does not notice', async () => {
  await using test = await startTwoWorkers();
  const { base } = test;
  const { mine, theirs } = await twoRooms(test);
  using speaker = await Speaker.start(base, theirs, 4711);
  using listener = await listen(base, theirs, speaker.producer);
  process.kill(test.workerOf(mine)?.pid ?? 0, 'SIGKILL');
  await eventually('word of the loss', () => test.lost.length > 0);
  const before = listener.bytes;
  await eventually('sound', () => {
    speaker.say();
    return listener.bytes > before + 100;
  });
  expect(test.lost).toEqual([mine.room]);
  expect(await call(base, 'openRoom', theirs.params, {})).toMatchObject({
    generation: theirs.generation,
    lost: [],
  });
  expect((await call(base, 'openRoom', mine.params, {})).generation).not.toBe(mine.generation);
});

it('workers that answer are left alone after this process stood still for longer than they may', async () => {
  await using test = await startTwoWorkers();
  const { mine, theirs } = await twoRooms(test);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_500);
  for (const { params, send } of [mine, theirs]) {
    await call(test.base, 'restartIce', { ...params, transport: send.id }, {});
  }
  expect(test.sfu.pool.deaths).toBe(0);
});

it('a worker that hangs is killed, what waits for it is refused, and another takes its place', async () => {
  await using test = await startTwoWorkers();
  const { base } = test;
  const { mine, theirs } = await twoRooms(test);
  const hung = test.workerOf(mine);
  process.kill(hung?.pid ?? 0, 'SIGSTOP');
  const restart = { ...mine.params, transport: mine.send.id };
  expect(await refusalCode(call(base, 'restartIce', restart, {}))).toBe('media_lost');
  await eventually('word of the loss', () => test.lost.includes(mine.room));
  expect(() => process.kill(hung?.pid ?? 0, 0)).toThrow('ESRCH');
  await call(base, 'restartIce', { ...theirs.params, transport: theirs.send.id }, {});
  await eventually('another worker', () => test.sfu.pool.workers.length === 2);
  expect((await openSession(base, mine.room)).generation).not.toBe(mine.generation);
});
