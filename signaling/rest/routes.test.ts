/** The REST API against a real kube-apiserver. The test stands where the operator stands. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ControlPlane, startControlPlane } from '@parley/local';
import { RoomKey, RoomName, type RoomUid, redisKeys } from '@parley/protocol';
import { definitions, Room } from '@parley/resources';
import { type Collector, startCollector, treeOf } from '@parley/telemetry/test';
import { eventually, startRedis, type TestRedis } from '@parley/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApiKey } from '../access/api-keys.ts';
import { RoomTokens } from '../access/tokens.ts';
import { TestClient } from '../testing/client.ts';
import { secrets } from '../testing/processes.ts';
import { type RunningReplica, startReplica } from '../testing/replica.ts';
import { place, readyPlacement } from '../testing/rooms.ts';
import { createMeetingName } from './meeting-names.ts';

let server: TestRedis;
let redis: Redis;
let plane: ControlPlane;
let open: RunningReplica;
let closed: RunningReplica;
let keysFile: string;
let collector: Collector;
const kubeconfig = process.env.KUBECONFIG;

beforeAll(async () => {
  server = await startRedis();
  collector = await startCollector();
  redis = new Redis(server.url);
  plane = await startControlPlane({ dir: await mkdtemp(join(tmpdir(), 'parley-rest-')) });
  await plane.apply(definitions);
  process.env.KUBECONFIG = plane.kubeconfig;
  keysFile = join(await mkdtemp(join(tmpdir(), 'parley-rest-')), 'api-keys');
  await writeFile(keysFile, `${reader.line}\n${issuer.line}\n`);
  open = await startReplica(server.url, {
    NEW_MEETINGS: 'open',
    WEB_URL: 'https://meet.example.org/',
    API_KEYS_FILE: keysFile,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    OTEL_TRACES_SAMPLER_ARG: '0',
    OTEL_BSP_SCHEDULE_DELAY: '20',
  });
  closed = await startReplica(server.url);
  await eventually('readiness', async () => (await fetch(`${open.url}/readyz`)).ok);
});
afterAll(async () => {
  if (kubeconfig === undefined) delete process.env.KUBECONFIG;
  else process.env.KUBECONFIG = kubeconfig;
  await Promise.all([open, closed].map(replica => replica?.[Symbol.asyncDispose]()));
  await Promise.all([plane?.stop(), collector?.[Symbol.asyncDispose]()]);
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

const reader = createApiKey('reader', ['rooms:read']);
const issuer = createApiKey('issuer', ['tokens']);
const key = { authorization: `Bearer ${secrets.API_KEY}` };
const ask = async (method: string, path: string, body?: unknown, headers: Record<string, string> = key) => {
  const response = await fetch(`${open.url}${path}`, {
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : undefined };
};
const stored = async (namespace: string, name: string) =>
  Room.parse(
    await plane.client.call({ path: `/apis/parley.dev/v1alpha1/namespaces/${namespace}/rooms/${name}` }),
  );
const placed = (name: string, uid: string) =>
  place(redis, readyPlacement({ key: RoomKey.parse(`default/${name}`), uid: uid as RoomUid }));

test('makes a Room, which says who made it, and answers when it may be joined', async () => {
  const answer = ask('POST', '/v1/rooms', {
    name: 'standup',
    spec: { maxParticipants: 5, media: { video: false } },
  });
  const { metadata, spec } = await eventually('the Room', () => stored('default', 'standup'));
  expect(spec).toMatchObject({ maxParticipants: 5, media: { audio: true, video: false } });
  expect(metadata.annotations['parley.dev/made-by']).toBe('rest-api');
  await placed('standup', metadata.uid);
  expect(await answer).toEqual({
    status: 201,
    body: { name: 'standup', namespace: 'default', joinUrl: 'https://meet.example.org/standup' },
  });
});

test('makes a Room in another namespace, under a name of its own choice', async () => {
  await plane.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'acme' } }]);
  const { status, body } = await ask('POST', '/v1/rooms', { namespace: 'acme' });
  expect(status).toBe(201);
  expect(RoomName.safeParse(body.name).success).toBe(true);
  expect(body.joinUrl).toBe(`https://meet.example.org/acme/${body.name}`);
  await stored('acme', body.name);
});

test('says what a Room is doing, makes tokens for it and deletes it', async () => {
  const made = ask('POST', '/v1/rooms', { name: 'board', spec: { access: 'Token' } });
  const { uid } = (await eventually('the Room', () => stored('default', 'board'))).metadata;
  const placement = await placed('board', uid);
  await made;
  await redis.hset(redisKeys.room(placement.key), { uid, seq: 3, generation: 'g' });
  await redis.hset(redisKeys.participants(placement.key), 'someone', '{}');
  expect(await ask('GET', '/v1/rooms/default/board')).toEqual({
    status: 200,
    body: {
      name: 'board',
      namespace: 'default',
      joinUrl: 'https://meet.example.org/board',
      state: 'ready',
      participants: 1,
    },
  });

  const token = await ask('POST', '/v1/rooms/default/board/tokens', { displayName: 'Ada' });
  expect(token.status).toBe(201);
  expect(token.body.joinUrl).toBe(`https://meet.example.org/board#token=${token.body.token}`);
  const tokens = new RoomTokens(secrets.TOKEN_SIGNING_KEY);
  expect(await tokens.check(token.body.token, placement.key, placement.uid)).toEqual({ displayName: 'Ada' });
  const grant = { identity: 'user-7', role: 'viewer', rights: { publish: ['microphone'] } };
  const viewers = await ask('POST', '/v1/rooms/default/board/tokens', grant);
  expect(await tokens.check(viewers.body.token, placement.key, placement.uid)).toEqual(grant);

  expect((await ask('DELETE', '/v1/rooms/default/board')).status).toBe(204);
  expect(await ask('DELETE', '/v1/rooms/default/board')).toMatchObject({
    status: 404,
    body: { error: { code: 'room_not_found' } },
  });
});

test('lists rooms page by page', async () => {
  await plane.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'pages' } }]);
  const names = ['a', 'b', 'c'];
  await plane.apply(
    names.map(
      name =>
        ({
          apiVersion: 'parley.dev/v1alpha1',
          kind: 'Room',
          metadata: { name, namespace: 'pages' },
          spec: {},
        }) as never,
    ),
  );
  const key = RoomKey.parse('pages/b');
  const { uid } = (await stored('pages', 'b')).metadata;
  await place(redis, readyPlacement({ key, uid: uid as RoomUid }));
  const first = await ask('GET', '/v1/rooms?namespace=pages&limit=2');
  expect(first).toMatchObject({
    status: 200,
    body: {
      rooms: [
        { name: 'a', namespace: 'pages', state: 'waiting', reason: 'NotPlaced', participants: 0 },
        { name: 'b', joinUrl: 'https://meet.example.org/pages/b', state: 'ready' },
      ],
      cursor: expect.any(String),
    },
  });
  const cursor = encodeURIComponent(first.body.cursor);
  const last = await ask('GET', `/v1/rooms?namespace=pages&limit=2&cursor=${cursor}`);
  expect(last.body).toMatchObject({ rooms: [{ name: 'c' }] });
  expect(last.body.cursor).toBeUndefined();
  const everywhere = (await ask('GET', '/v1/rooms?limit=200')).body.rooms;
  expect(everywhere).toEqual(expect.arrayContaining([...first.body.rooms, ...last.body.rooms]));
});

test('says who is in a room', async () => {
  const key = RoomKey.parse('pages/people');
  const placement = await place(redis, readyPlacement({ key }));
  expect((await ask('GET', '/v1/rooms/pages/people/participants')).body).toEqual({ participants: [] });
  const id = '2f0dbd5e-5f0c-4d2c-9d0e-6a8e4a6a1a11';
  const person = { id, displayName: 'Ada', role: 'moderator', identity: 'ada@example.org' };
  const rights = { publish: ['camera'], subscribe: true, chat: true, moderate: true };
  const stored = JSON.stringify({ ...person, rights, secretHash: 'hash', order: 1 });
  await redis.hset(redisKeys.room(key), { uid: placement.uid, seq: 1, generation: 'g' });
  await redis.hset(redisKeys.participants(key), id, stored);
  await redis.hset(redisKeys.connections(key), id, 'up:replica:socket');
  expect(await ask('GET', '/v1/rooms/pages/people/participants')).toEqual({
    status: 200,
    body: { participants: [{ ...person, connected: true, producers: [] }] },
  });
});

test('makes a Room with a schedule, and says when it opens', async () => {
  const schedule = { timeZone: 'Europe/Berlin', opens: '2030-12-24T18:00', closes: '2030-12-24T20:00' };
  const made = ask('POST', '/v1/rooms', {
    name: 'xmas',
    spec: { schedule, sfu: 'Dedicated', suspended: false },
  });
  const { metadata, spec } = await eventually('the Room', () => stored('default', 'xmas'));
  expect(spec).toMatchObject({ schedule, sfu: 'Dedicated' });
  const closed = { reason: 'NotOpenYet', message: 'Not yet.', opensAt: '2030-12-24T17:00:00Z' } as const;
  const key = RoomKey.parse('default/xmas');
  await place(redis, { state: 'closed', key, uid: metadata.uid as RoomUid, ...closed });
  expect((await made).status).toBe(201);
  expect((await ask('GET', '/v1/rooms/default/xmas')).body).toMatchObject({
    state: 'closed',
    ...closed,
    participants: 0,
  });
});

test.each<[string, string, unknown, number, string]>([
  ['POST', '/v1/rooms', { name: 'x', spec: { schedule: { opens: 'tomorrow' } } }, 400, 'bad_request'],
  ['POST', '/v1/rooms', { name: 'Not A Label' }, 400, 'bad_request'],
  ['POST', '/v1/rooms', { name: 'x', spec: { maxParticipants: 0 } }, 400, 'bad_request'],
  ['POST', '/v1/rooms', { name: 'x', spec: { colour: 'red' } }, 400, 'bad_request'],
  ['POST', '/v1/rooms', '{"name": ', 400, 'bad_request'],
  ['POST', '/v1/rooms', { name: 'x'.repeat(70_000) }, 413, 'too_large'],
  ['POST', '/v1/rooms', { name: 'x', namespace: 'nowhere' }, 404, 'room_not_found'],
  ['POST', '/v1/rooms/default/nowhere/tokens', {}, 404, 'room_not_found'],
  ['POST', '/v1/rooms/default/standup/tokens', { expiresInSeconds: 1e9 }, 400, 'bad_request'],
  ['POST', '/v1/rooms/default/standup/tokens', { role: 'king' }, 400, 'bad_request'],
  ['POST', '/v1/rooms/default/standup/tokens', { roles: 'viewer' }, 400, 'bad_request'],
  ['POST', '/v1/rooms/default/standup/tokens', { rights: { publsh: [] } }, 400, 'bad_request'],
  ['POST', '/v1/rooms/default/standup/tokens', { rights: { publish: ['tv'] } }, 400, 'bad_request'],
  ['POST', '/v1/rooms/default/standup/tokens', { identity: 'x'.repeat(300) }, 400, 'bad_request'],
  ['POST', '/v1/rooms/default/standup/tokens', { displayName: 'A\u0000da' }, 400, 'bad_request'],
  ['GET', '/v1/rooms/default/nowhere', undefined, 404, 'room_not_found'],
  ['GET', '/v1/rooms/default/..%2f..%2fsecrets', undefined, 400, 'bad_request'],
  ['GET', '/v1/rooms?limit=0', undefined, 400, 'bad_request'],
  ['GET', '/v1/rooms?limit=201', undefined, 400, 'bad_request'],
  ['GET', '/v1/rooms?page=2', undefined, 400, 'bad_request'],
  ['GET', '/v1/rooms?cursor=nonsense', undefined, 400, 'bad_request'],
  ['GET', '/v1/rooms/default/nowhere/participants', undefined, 404, 'room_not_found'],
  ['GET', '/v1/nothing', undefined, 404, 'not_found'],
])('%s %s with %j is answered %i %s', async (method, path, body, status, code) => {
  expect(await ask(method, path, body)).toMatchObject({ status, body: { error: { code } } });
});

test('a name that is taken is a conflict', async () => {
  await plane.apply([
    {
      apiVersion: 'parley.dev/v1alpha1',
      kind: 'Room',
      metadata: { name: 'taken', namespace: 'default' },
      spec: {},
    } as never,
  ]);
  const answer = await ask('POST', '/v1/rooms', { name: 'taken' });
  expect(answer).toMatchObject({ status: 409, body: { error: { code: 'conflict' } } });
});

test.each<Record<string, string>>([
  {},
  { authorization: 'Bearer wrong' },
  { authorization: `Basic ${secrets.API_KEY}` },
])('with %o nothing is answered but unauthenticated', async headers => {
  for (const [method, path] of [
    ['GET', '/v1/rooms'],
    ['POST', '/v1/rooms'],
    ['GET', '/v1/rooms/default/standup'],
    ['GET', '/v1/rooms/default/standup/participants'],
    ['DELETE', '/v1/rooms/default/standup'],
    ['POST', '/v1/rooms/default/standup/tokens'],
  ] as const) {
    const answer = await ask(method, path, undefined, headers);
    expect(answer).toMatchObject({ status: 401, body: { error: { code: 'unauthenticated' } } });
  }
});

test('a key may do what its scopes say, and nothing else', async () => {
  const by = (made: { key: string }) => ({ authorization: `Bearer ${made.key}` });
  const standup = '/v1/rooms/default/standup';
  expect((await ask('GET', standup, undefined, by(reader))).status).toBe(200);
  expect((await ask('POST', `${standup}/tokens`, {}, by(issuer))).status).toBe(201);
  for (const [method, path, made, scope] of [
    ['POST', '/v1/rooms', reader, 'rooms:write'],
    ['DELETE', standup, reader, 'rooms:write'],
    ['POST', `${standup}/tokens`, reader, 'tokens'],
    ['GET', standup, issuer, 'rooms:read'],
  ] as const) {
    const { status, body } = await ask(method, path, undefined, by(made));
    expect({ status, code: body.error.code }).toEqual({ status: 403, code: 'forbidden' });
    expect(body.error.message).toContain(scope);
  }
});

test('keys are exchanged while the replica runs', async () => {
  const next = createApiKey('reader-2', ['rooms:read']);
  await writeFile(keysFile, `${next.line}\n${issuer.line}\n`);
  const status = async ({ key }: { key: string }) =>
    (await ask('GET', '/v1/rooms/default/standup', undefined, { authorization: `Bearer ${key}` })).status;
  await eventually('the next key', async () => (await status(next)) === 200 || undefined);
  expect(await status(reader)).toBe(401);
});

test('anyone may make a meeting where that is open, but not without end', async () => {
  const refused = await fetch(`${closed.url}/v1/meetings`, { method: 'POST' });
  expect(refused.status).toBe(403);
  const foreign = await ask('POST', '/v1/meetings', undefined, { origin: 'https://elsewhere.example' });
  expect(foreign.status).toBe(403);

  const meetings = await Promise.all(
    Array.from({ length: 11 }, () =>
      ask('POST', '/v1/meetings', undefined, { 'x-forwarded-for': '192.0.2.7' }),
    ),
  );
  const made = meetings.filter(({ status }) => status === 201);
  expect(made).toHaveLength(10);
  expect(meetings.find(({ status }) => status !== 201)).toMatchObject({
    status: 429,
    body: { error: { code: 'rate_limited' } },
  });
  const { spec } = await stored('default', made[0]?.body.name);
  expect(spec).toMatchObject({ access: 'Open', idleTimeToLiveSeconds: 600 });
});

test('people behind a load balancer with a public address are told apart where it is trusted', async () => {
  const balancer = '203.0.113.9';
  await using trusting = await startReplica(server.url, {
    NEW_MEETINGS: 'open',
    TRUSTED_PROXIES: '203.0.113.0/24, 2001:db8:1::/48',
  });
  await eventually('readiness', async () => (await fetch(`${trusting.url}/readyz`)).ok);
  const statuses = async (url: string, chain: (person: number) => string) => {
    const answers = Array.from({ length: 11 }, (_, person) =>
      fetch(`${url}/v1/meetings`, { method: 'POST', headers: { 'x-forwarded-for': chain(person) } }),
    );
    return new Set((await Promise.all(answers)).map(({ status }) => status));
  };
  const viaBalancer = (person: number) => `198.51.100.${person}, ${balancer}`;
  expect(await statuses(trusting.url, viaBalancer)).toEqual(new Set([201]));
  expect(await statuses(open.url, viaBalancer)).toEqual(new Set([201, 429]));
  // What somebody writes in front of their own address counts for nothing.
  const inventive = (person: number) => `192.0.2.${person}, 198.51.100.200, ${balancer}`;
  expect(await statuses(trusting.url, inventive)).toEqual(new Set([201, 429]));
});

test('meetings have names that people can read to each other', () => {
  const names = Array.from({ length: 1000 }, createMeetingName);
  for (const name of names) expect(name).toMatch(/^[a-z]+-[a-z]+-\d{5}$/);
  expect(new Set(names).size).toBe(1000);
});

test('an API server that is gone is said so, and found again', async () => {
  await plane.killApiserver();
  const answer = await ask('POST', '/v1/rooms', { name: 'later' });
  expect(answer).toMatchObject({ status: 503, body: { error: { code: 'unavailable' } } });
  expect((await fetch(`${open.url}/readyz`)).ok).toBe(true);
  await plane.restartApiserver();
  expect((await ask('POST', '/v1/rooms', { name: 'later' })).status).toBe(201);
}, 90_000);

test('who has an API key decides whether their trace is recorded, and nobody else does', async () => {
  const traceparent = (id: string) => `00-${id.repeat(32)}-00f067aa0ba902b7-01`;
  using client = new TestClient(open.port, { auth: { version: 2, traceparent: traceparent('a') } });
  await client.ask('join', { room: RoomKey.parse('default/nowhere'), displayName: 'Ada' });
  await ask(
    'POST',
    '/v1/meetings',
    {},
    { traceparent: traceparent('b'), origin: 'https://elsewhere.example' },
  );
  const response = await fetch(`${open.url}/v1/rooms/default/nowhere`, {
    method: 'DELETE',
    headers: { ...key, traceparent: traceparent('c') },
  });
  expect(response.headers.get('traceresponse')).toMatch(new RegExp(`^00-${'c'.repeat(32)}-[0-9a-f]{16}-01$`));

  // Those before it would have come before it.
  await eventually('the trace', () => collector.spans.some(({ name }) => name.startsWith('DELETE')));
  expect(new Set(collector.spans.map(({ traceId }) => traceId))).toEqual(new Set(['c'.repeat(32)]));
  expect(treeOf(collector.spans, '00f067aa0ba902b7')).toEqual([
    'signaling DELETE /v1/rooms/:namespace/:name',
    '  signaling kubernetes.delete',
  ]);
  expect(collector.spans.find(({ kind }) => kind === 2)).toMatchObject({
    attributes: { 'error.type': 'room_not_found', 'http.request.method': 'DELETE' },
    failed: false,
  });
});
