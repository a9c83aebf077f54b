import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { redisChannels, redisKeys, SfuRegistration } from '@parley/protocol';
import { locateTool } from '@parley/setup';
import { eventually, freePort, startRedis, type TestRedis } from '@parley/testing';
import { Redis } from 'ioredis';
import { cleanup } from 'node-datachannel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call, newParticipant, openSession, request, startSfu, token } from '../test-sfu.ts';
import { hears, listen, type Session, Speaker } from '../test-talk.ts';
import { at, describeRoom, startWay } from './test-mesh.ts';

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
  redis.on('error', () => {});
});
afterAll(async () => {
  cleanup();
  redis?.disconnect();
  await server?.[Symbol.asyncDispose]();
});

async function registration(pod: string): Promise<SfuRegistration | undefined> {
  const text = await redis.get(redisKeys.sfu(pod));
  return text === null ? undefined : SfuRegistration.parse(JSON.parse(text));
}
const cutOff = async (pod: string) => (await registration(pod))?.cutOff;

/** What a consumer of a microphone on another SFU is answered with. */
async function subscribe(
  base: string,
  { params, rtpCapabilities }: Session,
  elsewhere: ReturnType<typeof at>,
) {
  const producerIds = elsewhere.map(({ producerId }) => producerId);
  const { consumers, refused } = await call(base, 'openConsumers', params, {
    producerIds,
    rtpCapabilities,
    elsewhere,
  });
  return [...consumers.map(() => 'ok'), ...refused.map(({ error }) => error.code)];
}

it('an SFU that is killed is said to be cut off at once; its successor at the same address is not taken for it', async () => {
  const port = await freePort();
  const start = async () => {
    const env = {
      ...process.env,
      ...{ POD_NAME: 'near', POD_IP: '127.0.0.1', MEDIA_PORTS: `${await freePort()}`, REDIS_URL: server.url },
      ...{ CONTROL_TOKEN: token, LISTEN_HOST: '127.0.0.1', PORT: `${port}`, DRAIN_SECONDS: '0' },
      MEDIASOUP_WORKER_BIN: locateTool('mediasoupWorker'),
    };
    const main = new URL('../main.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, [main], { env, stdio: 'ignore' });
    const exited = once(child, 'exit');
    const { instance, controlUrl } = await eventually('the registration', () => registration('near'));
    return {
      sfu: { instance, controlUrl },
      async kill() {
        child.kill('SIGKILL');
        await exited;
        await redis.del(redisKeys.sfu('near'));
      },
    };
  };
  await using far = await startSfu({ pod: 'far', redisUrl: server.url });
  const base = far.sfu.controlUrl;
  const one = await start();
  const speaking = await openSession(one.sfu.controlUrl);
  const listening = await openSession(base, speaking.room);
  using speaker = await Speaker.start(one.sfu.controlUrl, speaking, 4711);
  const elsewhere = at(one, speaking, speaker.producer);
  using listener = await listen(base, listening, speaker.producer, elsewhere);
  await hears(listener, speaker);

  await one.kill();
  await eventually('word of it', async () => (await cutOff('far'))?.[0] === one.sfu.instance);
  expect(await describeRoom(base)).toMatchObject({ incomingPipes: 1, consumers: 1 });
  expect((await request(`${base}/metrics`)).text).toContain('parley_sfu_peers_cut_off 1');

  const two = await start();
  expect(two.sfu.controlUrl).toBe(one.sfu.controlUrl);
  await eventually('it to be known for another', async () => (await cutOff('far'))?.length === 0);
  expect(await describeRoom(base)).toMatchObject({ incomingPipes: 0, consumers: 0 });
  expect(await subscribe(base, listening, elsewhere)).toEqual(['not_found']);
  const again = await openSession(two.sfu.controlUrl, speaking.room);
  using anew = await Speaker.start(two.sfu.controlUrl, again, 4712);
  expect(await subscribe(base, listening, at(two, again, anew.producer))).toEqual(['ok']);
  const late = await openSession(base, speaking.room);
  expect(await subscribe(base, late, at(two, speaking, anew.producer))).toEqual(['not_found']);
  await two.kill();
});

/** Sound that goes from one SFU to another, whose way to call it can be cut. */
async function startPair() {
  const near = await startSfu({ pod: 'near' });
  const far = await startSfu({ pod: 'far', redisUrl: server.url });
  const way = await startWay(near.sfu.controlUrl);
  const speaking = await openSession(near.sfu.controlUrl);
  const listening = await openSession(far.sfu.controlUrl, speaking.room);
  const speaker = await Speaker.start(near.sfu.controlUrl, speaking, 4711);
  const elsewhere = at(near, speaking, speaker.producer, 'microphone', way.url);
  const listener = await listen(far.sfu.controlUrl, listening, speaker.producer, elsewhere);
  await hears(listener, speaker);
  const others = [listener, speaker, way];
  return {
    ...{ near, far, way, speaking, listening, speaker, elsewhere, listener },
    async [Symbol.asyncDispose]() {
      for (const other of others) other[Symbol.dispose]();
      await far[Symbol.asyncDispose]();
      await near[Symbol.asyncDispose]();
    },
  };
}

it('media goes on while two SFUs cannot call each other, and when they can again', async () => {
  await using pair = await startPair();
  const { near, way, listener, speaker } = pair;
  way.cut();
  await eventually('word of it', async () => (await cutOff('far'))?.[0] === near.sfu.instance);
  await hears(listener, speaker);
  const too = await openSession(pair.far.sfu.controlUrl, pair.speaking.room);
  expect(await subscribe(pair.far.sfu.controlUrl, too, pair.elsewhere)).toEqual(['ok']);
  way.mend();
  await eventually('word of it', async () => (await cutOff('far'))?.length === 0);
  await hears(listener, speaker);
});

it('an SFU that is silent is sent nothing after a while, and all again once it is heard of', async () => {
  await using pair = await startPair();
  const { near, way, listener, speaker } = pair;
  way.cut();
  await eventually('word of it', async () => (await cutOff('far'))?.[0] === near.sfu.instance);
  const beside = await openSession(near.sfu.controlUrl, pair.speaking.room);
  using local = await listen(near.sfu.controlUrl, beside, speaker.producer);
  near.sfu.outgoing.sweep(performance.now() + 10_000);
  await hears(local, speaker);
  const before = listener.bytes;
  for (let times = 0; times < 10; times++) await hears(local, speaker);
  // Some may have been under way.
  expect(listener.bytes - before).toBeLessThan(100);
  way.mend();
  await hears(listener, speaker);
  expect(await describeRoom(pair.far.sfu.controlUrl)).toMatchObject({ incomingPipes: 1, consumers: 1 });
});

it('who received from an SFU that had forgotten theirs loses what they had, and comes anew', async () => {
  await using pair = await startPair();
  const { near, far, listening, speaking, elsewhere } = pair;
  const lost: string[] = [];
  const subscriber = new Redis(server.url);
  subscriber.on('message', (_, room) => lost.push(room));
  await subscriber.subscribe(redisChannels.routersLost);
  const base = far.sfu.controlUrl;
  const unaware = await openSession(base, speaking.room);
  const another = await openSession(near.sfu.controlUrl, speaking.room);
  using second = await Speaker.start(near.sfu.controlUrl, another, 4712);
  expect(await subscribe(base, listening, at(near, another, second.producer))).toEqual(['ok']);
  near.sfu.outgoing.sweep(performance.now() + 300_000);
  await eventually('word of the loss', () => lost.includes(speaking.room));
  subscriber.disconnect();
  const opened = await call(base, 'openRoom', listening.params, {});
  expect(opened.generation).toBe(listening.generation);
  expect(opened.lost.map(({ participant }) => participant)).toEqual([listening.participant]);
  expect((await eventually('the registration', () => registration('far'))).deaths).toBe(1);

  expect(await subscribe(base, unaware, elsewhere)).toEqual(['ok']);
  const back = await openSession(base, speaking.room, listening.participant);
  using again = await listen(base, back, pair.speaker.producer, elsewhere);
  await hears(again, pair.speaker);
});

it('what is closed on one SFU goes from the other, and what stays does not', async () => {
  await using pair = await startPair();
  const { near, far, listening, speaking } = pair;
  const base = far.sfu.controlUrl;
  const another = await openSession(near.sfu.controlUrl, speaking.room);
  using second = await Speaker.start(near.sfu.controlUrl, another, 4712);
  expect(await subscribe(base, listening, at(near, another, second.producer))).toEqual(['ok']);
  expect(await describeRoom(base)).toMatchObject({ incomingPipes: 2, consumers: 2 });
  await call(near.sfu.controlUrl, 'closeProducer', { ...another.params, producer: second.producer }, {});
  await eventually('it to be gone', async () => (await describeRoom(base))?.incomingPipes === 1);
  expect(await describeRoom(base)).toMatchObject({ consumers: 1 });
  await hears(pair.listener, pair.speaker);
  await call(near.sfu.controlUrl, 'closeRoom', speaking.params, {});
  await eventually('all to be gone', async () => (await describeRoom(base))?.incomingPipes === 0);
  expect((await call(base, 'openRoom', speaking.params, {})).lost).toEqual([]);
});

it('tracks of an SFU of before, and of one that nobody answers for, are refused, and no others', async () => {
  // As those answer who do not know a call.
  const refusal = { code: 'not_found', message: 'There is no PUT /v1/sfus.' };
  const older = createServer((_, response) => {
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: refusal }));
  }).listen(0, '127.0.0.1');
  await once(older, 'listening');
  const address = older.address();
  const url = (port: number) => `http://127.0.0.1:${port}`;
  await using test = await startSfu({ pod: 'far', redisUrl: server.url });
  const base = test.sfu.controlUrl;
  const speaking = await openSession(base);
  using speaker = await Speaker.start(base, speaking, 4711);
  const listening = await openSession(base, speaking.room);
  const sfus = [typeof address === 'object' ? (address?.port ?? 0) : 0, await freePort()].map(port => ({
    sfu: { instance: crypto.randomUUID() as typeof test.sfu.instance, controlUrl: url(port) },
  }));
  const elsewhere = sfus.flatMap(sfu =>
    at(sfu, { ...speaking, participant: newParticipant() }, crypto.randomUUID() as typeof speaker.producer),
  );
  const here = at(test, speaking, speaker.producer);
  expect((await subscribe(base, listening, [...elsewhere, ...here])).sort()).toEqual([
    'ok',
    'unavailable',
    'unavailable',
  ]);
  await eventually('word of the dead one', async () => (await cutOff('far'))?.length === 1);
  expect(await cutOff('far')).toEqual([sfus[1]?.sfu.instance]);
  older.close();
});
