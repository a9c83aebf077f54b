/** What tokens let people do, over two replicas with a real Redis and a real SFU. */
import { randomUUID } from 'node:crypto';
import { type MediaSource, type ProducerId, type ReadyPlacement, rightsOfRole } from '@parley/protocol';
import { startRedis, type TestRedis } from '@parley/testing';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Grant, RoomTokens } from './access/tokens.ts';
import { TestClient } from './testing/client.ts';
import { audience, TestIssuer } from './testing/issuer.ts';
import { secrets, startSfu } from './testing/processes.ts';
import { type RunningReplica, startReplica } from './testing/replica.ts';
import { place, readyPlacement } from './testing/rooms.ts';
import { opus } from './testing/rtp.ts';

const tokens = new RoomTokens(secrets.TOKEN_SIGNING_KEY);
let server: TestRedis;
let redis: Redis;
let replicas: [RunningReplica, RunningReplica];
let sfu: Awaited<ReturnType<typeof startSfu>>;
let room: ReadyPlacement;
const clients: TestClient[] = [];

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
  replicas = [await startReplica(server.url), await startReplica(server.url)];
  sfu = await startSfu(server.url, redis);
});
beforeEach(async () => {
  room = await place(redis, readyPlacement({ sfu: sfu.sfu, access: 'Token' }));
});
afterEach(() => {
  for (const client of clients.splice(0)) client[Symbol.dispose]();
});
afterAll(async () => {
  await Promise.all(replicas.map(replica => replica[Symbol.asyncDispose]()));
  await sfu[Symbol.asyncDispose]();
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

const client = (replica: 0 | 1 = 0) => {
  const made = new TestClient(replicas[replica].port);
  clients.push(made);
  return made;
};
const enter = async (grant: Grant, replica: 0 | 1 = 0) => {
  const one = client(replica);
  const joined = await one.join(room.key, 'Guest', await tokens.issue({ room: room.key, ...grant }, 60));
  return { client: one, joined, id: joined.participantId };
};
const publish = (by: TestClient, source: MediaSource = 'microphone') =>
  by.ask('publish', { producerId: randomUUID() as ProducerId, source, rtpParameters: opus() });
const forbidden = (message: string) => ({
  ok: false,
  error: { code: 'forbidden', message: expect.stringContaining(message) },
});

test('A2 the answer to a join says what one is and may do; others see role and identity', async () => {
  const ada = await enter({ role: 'moderator', identity: 'user-7', displayName: 'Ada' });
  expect(ada.joined).toMatchObject({ role: 'moderator', rights: rightsOfRole.moderator });
  const grace = await enter({ rights: { chat: false } }, 1);
  expect(grace.joined).toMatchObject({ role: 'speaker', rights: { ...rightsOfRole.speaker, chat: false } });
  expect(grace.joined.snapshot.participants).toMatchObject([
    { displayName: 'Ada', role: 'moderator', identity: 'user-7' },
    { displayName: 'Guest', role: 'speaker' },
  ]);
  const event = await ada.client.event('participantJoined');
  expect(event.participant).toMatchObject({ role: 'speaker' });
  expect(event.participant).not.toHaveProperty('rights');
});

test('A2 in an open room one needs no token, but one that is shown has to be right, and counts', async () => {
  room = await place(redis, readyPlacement({ sfu: sfu.sfu }));
  expect(await client().join(room.key)).toMatchObject({ role: 'speaker', rights: rightsOfRole.speaker });
  expect((await enter({ role: 'owner' })).joined).toMatchObject({ role: 'owner' });
  const answer = await client().ask('join', { room: room.key, displayName: 'Mallory', token: 'forged' });
  expect(answer).toMatchObject({ ok: false, error: { code: 'unauthenticated' } });
});

test('A3 who may not publish a source is told so, and nobody sees it', async () => {
  const ada = await enter({ rights: { publish: ['microphone'] } });
  const viewer = await enter({ role: 'viewer' });
  expect(await publish(viewer.client)).toMatchObject(forbidden('"publish" for "microphone"'));
  expect(await publish(ada.client, 'screen-audio')).toMatchObject(forbidden('"publish" for "screen-audio"'));
  expect(await publish(ada.client)).toEqual({ ok: true, value: {} });
  const { participants } = await ada.client.get('snapshot', {});
  expect(participants.map(({ producers }) => producers.length)).toEqual([1, 0]);
});

test('A3 who may not subscribe gets nothing', async () => {
  const ada = await enter({});
  const producerId = randomUUID() as ProducerId;
  await ada.client.get('publish', { producerId, source: 'microphone', rtpParameters: opus() });
  const { routerRtpCapabilities: rtpCapabilities } = ada.joined.media;
  const deaf = await enter({ rights: { subscribe: false } });
  const request = { producerIds: [producerId], rtpCapabilities };
  expect(await deaf.client.ask('subscribe', request)).toMatchObject(forbidden('"subscribe"'));
  const viewer = await enter({ role: 'viewer' });
  expect((await viewer.client.get('subscribe', request)).consumers).toHaveLength(1);
});

test('A3 who comes back at another replica may do what they could before, no more and no less', async () => {
  const viewer = await enter({ role: 'viewer', identity: 'user-8' });
  const singer = await enter({ rights: { publish: ['microphone'], subscribe: false } });
  for (const { client: before, joined, id } of [viewer, singer]) {
    before.drop();
    await before.disconnected();
    const back = client(1);
    await back.get('resume', { room: room.key, participantId: id, sessionSecret: joined.sessionSecret });
    const { participants } = await back.get('snapshot', {});
    expect(participants.find(one => one.id === id)?.role).toBe(joined.role);
    expect((await publish(back)).ok).toBe(id === singer.id);
    expect(await publish(back, 'camera')).toMatchObject(forbidden('camera'));
  }
});

test('A2 somebody whom a replica without roles let in is a speaker', async () => {
  const { client: one, id } = await enter({ role: 'viewer' });
  const key = `parley:{${room.key}}:participants`;
  const { role: _role, rights: _rights, ...before } = JSON.parse((await redis.hget(key, id)) ?? '{}');
  await redis.hset(key, id, JSON.stringify(before));
  expect((await publish(one)).ok).toBe(true);
});

test('A4 who signs in with the organisation enters with its token, and is told when that cannot be checked', async () => {
  const issuer = await new TestIssuer().listen();
  const env = { OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: audience };
  await using replica = await startReplica(server.url, env);
  const ask = (token: string) => {
    const one = new TestClient(replica.port);
    clients.push(one);
    return one.ask('join', { room: room.key, displayName: 'Guest', token });
  };
  try {
    const { sign } = await issuer.addKey('one');
    const token = await sign({ name: 'Ada', parley: { role: 'moderator' } });
    issuer.health = 'down';
    expect(await ask(token)).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    issuer.health = 'up';
    const answer = await ask(token);
    expect(answer).toMatchObject({ ok: true, value: { role: 'moderator', rights: rightsOfRole.moderator } });
    if (answer.ok) {
      expect(answer.value.snapshot.participants).toMatchObject([{ displayName: 'Ada', identity: 'user-7' }]);
    }
  } finally {
    issuer.close();
  }
});
