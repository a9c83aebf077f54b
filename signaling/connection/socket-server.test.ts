import { redisKeys } from '@parley/protocol';
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

test('R5 a flood is worth one line in the log', async () => {
  const log = createLogger('signaling');
  log.level = 'fatal';
  const said = vi.spyOn(log, 'info');
  const flooded = await createReplica(Settings.parse(replicaEnv(server.url, 0)), log);
  const one = await new TestClient(await flooded.listen()).connected();
  for (let i = 0; i < 2000; i++) one.socket.emit('sync', {});
  await one.disconnected();
  await flooded.close();
  expect(said.mock.calls.filter(([, line]) => `${line}`.includes('floods'))).toHaveLength(1);
});

test('C5 a connection that enters no room is ended', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    const one = await client().connected();
    vi.advanceTimersByTime(idleMs - 1);
    expect(await one.ask('sync', {})).toMatchObject({ error: { code: 'not_joined' } });
    vi.advanceTimersByTime(1);
    await one.disconnected();
  } finally {
    vi.useRealTimers();
  }
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
