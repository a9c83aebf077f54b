import { randomUUID } from 'node:crypto';
import { maxMessageBytes, redisKeys } from '@parley/protocol';
import { createLogger } from '@parley/telemetry';
import { eventually, startRedis, type TestRedis } from '@parley/testing';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { RoomTokens } from '../access/tokens.ts';
import { createReplica } from '../replica.ts';
import { Settings } from '../settings.ts';
import { TestClient } from '../testing/client.ts';
import { replicaEnv, secrets } from '../testing/processes.ts';
import { type RunningReplica, startReplica } from '../testing/replica.ts';
import { place, readyPlacement } from '../testing/rooms.ts';
import { idleMs } from './socket-server.ts';

let server: TestRedis;
let redis: Redis;
let running: RunningReplica;
const clients: TestClient[] = [];

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
  running = await startReplica(server.url);
  await eventually('readiness', async () => (await fetch(`${running.url}/readyz`)).ok);
});
afterEach(() => {
  for (const client of clients.splice(0)) client[Symbol.dispose]();
});
afterAll(async () => {
  await running[Symbol.asyncDispose]();
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

const client = (
  ...args: ConstructorParameters<typeof TestClient> extends [number, ...infer Rest] ? Rest : never
) => {
  const made = new TestClient(running.port, ...args);
  clients.push(made);
  return made;
};
const joinCode = async (room: string, more: object = {}) => {
  const answer = await client().send('join', { room, displayName: 'Ada', ...more });
  return answer.ok ? 'ok' : answer.error.code;
};

test('C1 there is no other transport than WebSocket', async () => {
  const response = await fetch(`${running.url}/socket.io/?EIO=4&transport=polling`);
  expect(response.status).toBe(400);
});

test.each([
  [{ version: 0 }, 'unsupported_version'],
  [{ version: 3 }, 'unsupported_version'],
  [{}, 'bad_request'],
  [{ version: 'one' }, 'bad_request'],
])('C2 a handshake of %o is refused with %s', async (auth, code) => {
  expect((await client({ auth }).refused()).data).toMatchObject({ code });
});

test('C3 a page of a foreign origin is not let in', async () => {
  await client({ extraHeaders: { origin: 'https://elsewhere.example' } }).refused();
  await client({ extraHeaders: { origin: 'http://localhost:8080' } }).connected();
});

test('R2 what has no acknowledgement is ignored', async () => {
  const one = await client().connected();
  one.socket.emit('join', { room: 'x', displayName: 'Ada' });
  one.socket.emit('nonsense');
  expect(await one.ask('snapshot', {})).toMatchObject({ ok: false, error: { code: 'not_joined' } });
});

test.each<[string, unknown[], string]>([
  ['nonsense', [{}], ''],
  ['__proto__', [{}], ''],
  ['join', [], ''],
  ['join', [{}, {}], ''],
  ['join', [null], ''],
  ['join', [{ room: 'Not A Label', displayName: 'Ada' }], 'room'],
  ['join', [{ room: 'x', displayName: '  ' }], 'displayName'],
  ['join', [{ room: 'x', displayName: '🦜'.repeat(10_000) }], 'displayName'],
  [
    'connectTransport',
    [{ transportId: randomUUID(), dtlsParameters: { fingerprints: [] } }],
    'dtlsParameters.fingerprints',
  ],
  ['connectTransport', [{ transportId: randomUUID(), dtlsParameters: {} }], 'dtlsParameters.fingerprints'],
])('R3 %s with %j is answered bad_request', async (event, args, path) => {
  const answer = await client().send(event, ...args);
  expect(answer).toMatchObject({ ok: false, error: { code: 'bad_request' } });
  if (!answer.ok) expect(answer.error.path ?? '').toBe(path);
});

test('R4 a message that is too large is answered and the connection lives', async () => {
  const one = await client().connected();
  const large = await one.send('join', { room: 'x', displayName: 'A'.repeat(maxMessageBytes) });
  expect(large).toMatchObject({ ok: false, error: { code: 'too_large' } });
  // Shorter than the limit in characters, longer in bytes.
  const wide = await one.send('join', { room: 'x', displayName: '€'.repeat(maxMessageBytes / 2) });
  expect(wide).toMatchObject({ ok: false, error: { code: 'too_large' } });
  expect(await one.ask('snapshot', {})).toMatchObject({ error: { code: 'not_joined' } });
});

test('R4 a huge or binary message ends its connection and no other', async () => {
  const bystander = await client().connected();
  for (const payload of ['A'.repeat(2 * 1024 * 1024), Buffer.from('binary')]) {
    const one = await client().connected();
    one.socket.emit('join', { payload });
    await one.disconnected();
  }
  expect(await bystander.ask('snapshot', {})).toMatchObject({ error: { code: 'not_joined' } });
});

test('R5 a flood is refused, and ended if it goes on', async () => {
  const one = await client().connected();
  const answers = await Promise.all(Array.from({ length: 150 }, () => one.ask('snapshot', {})));
  const codes = new Set(answers.map(answer => (answer.ok ? 'ok' : answer.error.code)));
  expect(codes).toEqual(new Set(['not_joined', 'rate_limited']));
  for (let i = 0; i < 1000; i++) one.socket.emit('snapshot', {});
  await one.disconnected();
});

test('R5 a flood is worth one line in the log', async () => {
  const log = createLogger('signaling');
  log.level = 'fatal';
  const said = vi.spyOn(log, 'info');
  const flooded = await createReplica(Settings.parse(replicaEnv(server.url, 0)), log);
  const one = await new TestClient(await flooded.listen()).connected();
  for (let i = 0; i < 2000; i++) one.socket.emit('snapshot', {});
  await one.disconnected();
  await flooded.close();
  expect(said.mock.calls.filter(([, line]) => `${line}`.includes('floods'))).toHaveLength(1);
});

test('C5 a connection that enters no room is ended', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    const one = await client().connected();
    vi.advanceTimersByTime(idleMs - 1);
    expect(await one.ask('snapshot', {})).toMatchObject({ error: { code: 'not_joined' } });
    vi.advanceTimersByTime(1);
    await one.disconnected();
  } finally {
    vi.useRealTimers();
  }
});

test('R7 requests of those who are in no room are answered not_joined', async () => {
  const one = client();
  expect(await one.ask('renewMedia', {})).toMatchObject({ error: { code: 'not_joined' } });
  expect(await one.ask('leave', {})).toEqual({ ok: true, value: {} });
});

test('J3 rooms that cannot be joined say why', async () => {
  const { key, uid } = readyPlacement();
  expect(await joinCode(key), 'before the operator has written all placements').toBe('room_not_ready');
  await redis.set(redisKeys.placementsComplete, '1');
  expect(await joinCode(key)).toBe('room_not_found');
  await place(redis, { state: 'waiting', key, uid, reason: 'NoSFU', message: 'No media server is free.' });
  expect(await joinCode(key)).toBe('room_not_ready');
  await place(redis, { state: 'rejected', key, uid, reason: 'Impossible', message: 'It asks too much.' });
  expect(await joinCode(key)).toBe('room_rejected');
  await place(redis, { state: 'ended', key, uid });
  expect(await joinCode(key)).toBe('room_ended');
  await redis.set(`parley:{${key}}:placement`, 'nonsense');
  expect(await joinCode(key)).toBe('unavailable');
});

test('J3 a media server that cannot be reached is answered unavailable, and nobody was there', async () => {
  const room = await place(redis, readyPlacement());
  expect(await joinCode(room.key)).toBe('unavailable');
  expect(await redis.hlen(`parley:{${room.key}}:participants`)).toBe(0);
});

test('J4 a room that needs a token takes only one of its own', async () => {
  const room = await place(redis, readyPlacement({ access: 'Token' }));
  const tokens = new RoomTokens(secrets.TOKEN_SIGNING_KEY);
  const other = new RoomTokens('a key that is not the right one');
  expect(await joinCode(room.key)).toBe('unauthenticated');
  expect(await joinCode(room.key, { token: 'nonsense' })).toBe('unauthenticated');
  expect(await joinCode(room.key, { token: await other.issue({ room: room.key }, 60) })).toBe(
    'unauthenticated',
  );
  expect(await joinCode(room.key, { token: await tokens.issue({ room: room.key }, -1) })).toBe(
    'token_expired',
  );
  const elsewhere = await tokens.issue({ room: readyPlacement().key }, 60);
  expect(await joinCode(room.key, { token: elsewhere })).toBe('forbidden');
  const earlier = await tokens.issue({ room: room.key, uid: readyPlacement().uid }, 60);
  expect(await joinCode(room.key, { token: earlier })).toBe('forbidden');
  const right = await tokens.issue({ room: room.key, uid: room.uid }, 60);
  expect(await joinCode(room.key, { token: right })).toBe('unavailable');
});

test('G2 a session that is not there cannot be resumed', async () => {
  const room = await place(redis, readyPlacement());
  const answer = await client().ask('resume', {
    room: room.key,
    participantId: randomUUID() as never,
    sessionSecret: 'guessed',
  });
  expect(answer).toMatchObject({ ok: false, error: { code: 'session_lost' } });
});
