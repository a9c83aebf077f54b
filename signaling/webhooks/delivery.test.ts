/** Webhooks on real Redis, told to real HTTP receivers. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type MediaGeneration,
  type ParticipantId,
  type ReadyPlacement,
  redisKeys,
  rightsOfRole,
} from '@parley/protocol';
import { createLogger } from '@parley/telemetry';
import { eventually, startRedis, type TestRedis } from '@parley/testing';
import { Redis } from 'ioredis';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { createMetrics } from '../metrics.ts';
import { RoomState } from '../state/room-state.ts';
import { startReplicaProcess } from '../testing/processes.ts';
import { place, readyPlacement } from '../testing/rooms.ts';
import { deliverMs, WebhookDelivery } from './delivery.ts';
import type { WebhookMessage } from './message.ts';
import { toWebhooks, type WebhookSettings, webhookEnv } from './settings.ts';

const secrets = ['a', 'b'].map(letter => `whsec_${Buffer.from(letter.repeat(32)).toString('base64')}`);
const generation = 'first' as MediaGeneration;
let server: TestRedis;
let redis: Redis;
let room: ReadyPlacement;
let release: AsyncDisposableStack;

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await redis.flushall();
  room = await place(redis, readyPlacement());
  release = new AsyncDisposableStack();
});
afterEach(() => release.disposeAsync());

interface Heard {
  headers: IncomingHttpHeaders;
  body: string;
  message: WebhookMessage;
}

/** Somebody who wants to be told. `answer` decides on the status of each try; without one, it never comes. */
async function startReceiver(answer: (tries: number) => number | undefined = () => 204) {
  const tries: Heard[] = [];
  const taken: Heard[] = [];
  const http = createServer(async (request, response) => {
    const body = (await request.toArray()).join('');
    const heard = { headers: request.headers, body, message: JSON.parse(body) };
    tries.push(heard);
    const status = answer(tries.length);
    if (status === undefined) return;
    if (status < 300) taken.push(heard);
    response.writeHead(status, { location: '/elsewhere' }).end();
  }).listen(0, '127.0.0.1');
  await once(http, 'listening');
  release.defer(() => {
    http.closeAllConnections();
    http.close();
  });
  const { port } = http.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/hook`, tries, taken, types: () => taken.map(typeOf) };
}
const typeOf = ({ message }: Heard) => message.type;

const settingsFor = (...urls: string[]): WebhookSettings =>
  toWebhooks(
    z.object(webhookEnv).parse({ WEBHOOK_URLS: urls.join(','), WEBHOOK_SECRETS: secrets.join(' ') }),
  );

function startDelivery(settings: WebhookSettings) {
  const log = createLogger('signaling');
  log.level = 'silent';
  const metrics = createMetrics();
  const delivery = new WebhookDelivery({ redis, settings, replica: randomUUID(), metrics, log });
  const timer = setInterval(() => void delivery.round(), deliverMs / 5);
  release.defer(async () => {
    clearInterval(timer);
    await delivery.stop();
  });
  const count = async (outcome: string) =>
    (await metrics.webhooks.get()).values.find(({ labels }) => labels.outcome === outcome)?.value ?? 0;
  return { count };
}

const stateFor = (settings: WebhookSettings) =>
  new RoomState(
    redis,
    () => {},
    settings.receivers.map(({ id }) => id),
  );

async function enter(state: RoomState, displayName: string) {
  const id = randomUUID() as ParticipantId;
  const person = {
    id,
    displayName,
    role: 'viewer' as const,
    identity: `${displayName}@example.org`,
    rights: rightsOfRole.viewer,
    secretHash: 'hash',
  };
  const connection = { replica: 'a', socket: randomUUID() };
  const joined = await state.join(room, generation, 50, person, connection);
  expect(joined.status).toBe('ok');
  return { id, leave: () => state.remove(room, id, connection) };
}

async function comeAndGo(state: RoomState) {
  await state.setGeneration(room, undefined, generation);
  const ada = await enter(state, 'Ada');
  const ben = await enter(state, 'Ben');
  await ada.leave();
  await ben.leave();
  return { ada, ben };
}
const all = [
  'room_started',
  'participant_joined',
  'participant_joined',
  'participant_left',
  'participant_left',
  'room_ended',
];

test('a receiver is told in order who came and went, signed with each secret', async () => {
  const receiver = await startReceiver();
  const settings = settingsFor(receiver.url);
  const { ada } = await comeAndGo(stateFor(settings));
  startDelivery(settings);
  await eventually('all messages', () => receiver.taken.length === all.length);
  expect(receiver.types()).toEqual(all);
  expect(receiver.taken[1]?.message).toEqual({
    type: 'participant_joined',
    timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    data: {
      room: room.key,
      uid: room.uid,
      participant: { id: ada.id, displayName: 'Ada', role: 'viewer', identity: 'Ada@example.org' },
    },
  });
  for (const { headers, body } of receiver.taken) {
    expect(headers['content-type']).toBe('application/json');
    for (const secret of secrets) {
      expect(() => new Webhook(secret).verify(body, headers as Record<string, string>)).not.toThrow();
    }
    expect(() => new Webhook(`whsec_${btoa('x'.repeat(32))}`).verify(body, headers as never)).toThrow();
  }
  expect(new Set(receiver.taken.map(({ headers }) => headers['webhook-id'])).size).toBe(all.length);
  expect(JSON.stringify(receiver.taken)).not.toContain('hash');
});

test('one that fails is tried again with the same id, and nothing overtakes it', async () => {
  const receiver = await startReceiver(tries => (tries <= 2 ? 500 : 200));
  const settings = settingsFor(receiver.url);
  await comeAndGo(stateFor(settings));
  const { count } = startDelivery(settings);
  await eventually('all messages', () => receiver.taken.length === all.length);
  expect(receiver.types()).toEqual(all);
  const ids = receiver.tries.map(({ headers }) => headers['webhook-id']);
  expect(ids).toHaveLength(all.length + 2);
  expect(ids.slice(0, 2)).toEqual([ids[2], ids[2]]);
  expect(new Set(ids).size).toBe(all.length);
  expect(await count('failed')).toBe(2);
  await eventually('an empty outbox', async () => !(await redis.xlen(outboxOf(settings))));
});
const outboxOf = ({ receivers }: WebhookSettings) => redisKeys.outbox(room.key, `${receivers[0]?.id}`);

test('a receiver that never answers holds up neither joins nor other receivers', async () => {
  const silent = await startReceiver(() => undefined);
  const healthy = await startReceiver();
  const settings = settingsFor(silent.url, healthy.url);
  startDelivery(settings);
  const state = stateFor(settings);
  await state.setGeneration(room, undefined, generation);
  await enter(state, 'Ada');
  await eventually('a try', () => silent.tries.length > 0);
  await enter(state, 'Ben');
  await eventually('what the healthy one is told', () => healthy.taken.length === 3);
  expect(healthy.types()).toEqual(all.slice(0, 3));
  expect(await redis.xlen(outboxOf(settings))).toBe(3);
});

test('redirects are not followed', async () => {
  const receiver = await startReceiver(tries => (tries === 1 ? 307 : 200));
  const settings = settingsFor(receiver.url);
  await comeAndGo(stateFor(settings));
  const { count } = startDelivery(settings);
  await eventually('all messages', () => receiver.taken.length === all.length);
  expect(await count('failed')).toBe(1);
});

test('what has waited for too long is dropped, and counted', async () => {
  const receiver = await startReceiver();
  const settings = { ...settingsFor(receiver.url), retryMs: -1 };
  await comeAndGo(stateFor(settings));
  const { count } = startDelivery(settings);
  await eventually('an empty outbox', async () => !(await redis.xlen(outboxOf(settings))));
  expect(await count('dropped')).toBe(all.length);
  expect(receiver.tries).toEqual([]);
});

test('who is in a room that ends, or that another of its name follows, has left', async () => {
  const receiver = await startReceiver();
  const settings = settingsFor(receiver.url);
  const state = stateFor(settings);
  await state.setGeneration(room, undefined, generation);
  await enter(state, 'Ada');
  const before = room;
  room = await place(redis, readyPlacement({ key: room.key }));
  await state.setGeneration(room, undefined, generation);
  await enter(state, 'Ben');
  await place(redis, { state: 'ended', key: room.key, uid: room.uid });
  await state.end(room);
  startDelivery(settings);
  await eventually('all messages', () => receiver.taken.length === 8);
  const once = ['room_started', 'participant_joined', 'participant_left', 'room_ended'];
  expect(receiver.types()).toEqual([...once, ...once]);
  const uids = receiver.taken.map(({ message }) => message.data.uid);
  expect(uids).toEqual([...Array(4).fill(before.uid), ...Array(4).fill(room.uid)]);
});

test('without receivers nothing is kept for them', async () => {
  await comeAndGo(stateFor(settingsFor()));
  expect(await redis.keys('*outbox*')).toEqual([]);
});

test('a replica that is killed while it delivers is followed by another', async () => {
  const receiver = await startReceiver(tries => (tries === 1 ? undefined : 200));
  const settings = settingsFor(receiver.url);
  const env = { WEBHOOK_URLS: receiver.url, WEBHOOK_SECRETS: secrets.join(' ') };
  const first = release.use(await startReplicaProcess(server.url, env));
  await eventually('a replica that delivers', () => redis.exists(redisKeys.webhooks));
  release.use(await startReplicaProcess(server.url, env));
  await comeAndGo(stateFor(settings));
  await eventually('the first try', () => receiver.tries.length === 1);
  await first.kill('SIGKILL');
  await eventually('all messages', () => receiver.taken.length === all.length, 25_000);
  expect(receiver.types()).toEqual(all);
  const ids = receiver.tries.map(({ headers }) => headers['webhook-id']);
  expect(ids[1]).toBe(ids[0]);
  expect(new Set(ids).size).toBe(all.length);
}, 120_000);

test('what goes from a full outbox is counted', async () => {
  let status = 500;
  const receiver = await startReceiver(() => status);
  const settings = settingsFor(receiver.url);
  const state = stateFor(settings);
  const [id = ''] = settings.receivers.map(({ id }) => id);
  await state.setGeneration(room, undefined, generation);
  let said = 0;
  while (!(await redis.exists(redisKeys.outboxLost(room.key)))) {
    await Promise.all(Array.from({ length: 10 }, async () => (await enter(state, 'Ada')).leave()));
    said = Number(await redis.hget(redisKeys.room(room.key), 'reports'));
  }
  const lost = said - (await redis.xlen(redisKeys.outbox(room.key, id)));
  expect(lost).toBeGreaterThan(0);
  const { count } = startDelivery(settings);
  await eventually('the loss to be counted', async () => (await count('overflowed')) === lost);
  expect(await redis.exists(redisKeys.outboxLost(room.key))).toBe(0);
  status = 204;
  await eventually('the rest to be told', () => receiver.taken.length === said - lost, 30_000);
});
