/** What happens to people when replicas and Redis die. */
import { type ReadyPlacement, redisKeys } from '@parley/protocol';
import { eventually, startRedis, type TestRedis } from '@parley/testing';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { TestClient } from './testing/client.ts';
import { startReplicaProcess, startSfu } from './testing/processes.ts';
import { startReplica } from './testing/replica.ts';
import { place, readyPlacement } from './testing/rooms.ts';

// Processes start slowly on a machine where other tests run.
vi.setConfig({ testTimeout: 90_000 });

let server: TestRedis;
let redis: Redis;
let sfu: Awaited<ReturnType<typeof startSfu>>;
let room: ReadyPlacement;
const clients: TestClient[] = [];

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
  redis.on('error', () => {});
  sfu = await startSfu(server.url, redis);
});
beforeEach(async () => {
  room = await place(redis, readyPlacement({ sfu: sfu.sfu }));
});
afterEach(() => {
  for (const client of clients.splice(0)) client[Symbol.dispose]();
});
afterAll(async () => {
  await sfu[Symbol.asyncDispose]();
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

const client = (port: number) => {
  const made = new TestClient(port);
  clients.push(made);
  return made;
};
/** Two people, each on a replica of their own, hear of each other. */
const meet = async (one: number, two: number) => {
  const ada = client(one);
  await ada.join(room.key, 'Ada');
  await client(two).join(room.key, 'Grace');
  await ada.event('participantJoined');
};
const isReady = (url: string) => async () => (await fetch(`${url}/readyz`)).ok;

test('G1 those of a replica that was killed are removed once, unless they come back', async () => {
  await using survivor = await startReplica(server.url);
  const doomed = await startReplicaProcess(server.url);
  const watcher = client(survivor.port);
  await watcher.join(room.key, 'Watcher');
  const lost = await client(doomed.port).join(room.key, 'Lost');
  const back = await client(doomed.port).join(room.key, 'Back');
  await doomed.kill('SIGKILL');

  // Resuming does not wait until the lease of the dead replica has run out.
  const { participantId, sessionSecret } = back;
  await client(survivor.port).get('resume', { participantId, sessionSecret, room: room.key });
  await watcher.event('participantConnection', lost.participantId, 15_000);
  await watcher.event('participantLeft', lost.participantId, 15_000);
  const { participants } = await watcher.get('snapshot', {});
  expect(participants.map(({ displayName }) => displayName)).toEqual(['Watcher', 'Back']);
  expect(watcher.events.filter(({ type }) => type === 'participantLeft')).toHaveLength(1);
});

test('G6 a replica that is told to stop ends connections so that clients resume elsewhere', async () => {
  await using survivor = await startReplica(server.url);
  const stopping = await startReplicaProcess(server.url);
  const watcher = client(survivor.port);
  await watcher.join(room.key, 'Watcher');
  const moving = client(stopping.port);
  const { participantId, sessionSecret } = await moving.join(room.key, 'Moving');
  const reason = new Promise(resolve => moving.socket.once('disconnect', resolve));
  expect(await stopping.kill('SIGTERM')).toBe(0);
  // Not "io server disconnect", after which Socket.IO's client stays away.
  expect(await reason).toMatch(/^transport/);
  await watcher.event('participantConnection', participantId);
  await client(survivor.port).get('resume', { participantId, sessionSecret, room: room.key });
  await eventually('the return', () =>
    watcher.events.some(event => event.type === 'participantConnection' && event.connected),
  );
});

test('J3 without Redis joins are refused in words and at once, calls go on, and all is well once it is back', async () => {
  await using one = await startReplica(server.url);
  await eventually('readiness', isReady(one.url));
  const ada = client(one.port);
  await ada.join(room.key, 'Ada');
  await server.stop();

  const readyz = await eventually('unreadiness', async () => {
    const answer = await fetch(`${one.url}/readyz`);
    return answer.status === 503 && ((await answer.json()) as { reason: string });
  });
  expect(readyz.reason).toContain('Redis');
  expect((await fetch(`${one.url}/healthz`)).ok).toBe(true);
  const refused = await client(one.port).ask('join', { room: room.key, displayName: 'Late' });
  expect(refused).toMatchObject({ ok: false, error: { code: 'unavailable' } });
  expect(await ada.ask('snapshot', {})).toMatchObject({ ok: false, error: { code: 'unavailable' } });
  expect(ada.socket.connected).toBe(true);

  // It comes back empty: who is in hears that the session is lost, or is disconnected so as to find out.
  await server.start();
  await eventually('readiness', isReady(one.url));
  await eventually('the placement', () => place(redis, room));
  expect(await ada.ask('snapshot', {})).toMatchObject({ error: { code: 'session_lost' } });
  await ada.disconnected();
  const again = await client(one.port).join(room.key, 'Ada');
  expect(again.snapshot.participants).toHaveLength(1);
});

test('starts without Redis, says so, and serves once it is there', async () => {
  await server.stop();
  await using one = await startReplica(server.url);
  await using two = await startReplica(server.url);
  expect(await isReady(one.url)()).toBe(false);
  const refused = await client(one.port).ask('join', { room: room.key, displayName: 'Early' });
  expect(refused).toMatchObject({ ok: false, error: { code: 'unavailable' } });
  await server.start();
  await eventually('readiness', isReady(one.url));
  await eventually('readiness', isReady(two.url));
  await eventually('the placement', () => place(redis, room));
  await meet(one.port, two.port);

  // Subscriptions outlive a Redis that goes.
  await server.stop();
  await eventually('unreadiness', async () => !(await isReady(one.url)()));
  await server.start();
  await eventually('readiness', isReady(one.url));
  await eventually('readiness', isReady(two.url));
  room = await eventually('the placement', () => place(redis, readyPlacement({ sfu: sfu.sfu })));
  await meet(one.port, two.port);
});

test('G1 who left while Redis was away leaves no ghost', async () => {
  await using one = await startReplica(server.url);
  await eventually('readiness', isReady(one.url));
  const [ada, grace] = [client(one.port), client(one.port)];
  await ada.join(room.key, 'Ada');
  const { participantId } = await grace.join(room.key, 'Grace');
  // Its data stays, but no command gets an answer.
  const pid = Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]);
  process.kill(pid, 'SIGSTOP');
  grace.drop();
  expect(await ada.ask('snapshot', {})).toMatchObject({ error: { code: 'unavailable' } });
  process.kill(pid, 'SIGCONT');
  await ada.event('participantLeft', participantId, 20_000);
  expect(await redis.hlen(redisKeys.participants(room.key))).toBe(1);
});
