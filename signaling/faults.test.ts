/** What happens to people when replicas and Redis die. */
import { redisKeys } from '@parley/protocol';
import { eventually } from '@parley/testing';
import { expect, test, vi } from 'vitest';
import { startReplicaProcess } from './testing/processes.ts';
import { type RunningReplica, startReplica } from './testing/replica.ts';
import { place } from './testing/rooms.ts';
import { useStage } from './testing/stage.ts';

// Processes start slowly on a machine where other tests run.
vi.setConfig({ testTimeout: 90_000 });

const stage = useStage({ replicas: 0 });
const { client } = stage;
/** Two people, each on a replica of their own, hear of each other. */
const meet = async (one: RunningReplica, two: RunningReplica, { key } = stage.room) => {
  const ada = client(one);
  await ada.join(key, 'Ada');
  await client(two).join(key, 'Grace');
  await ada.event('participantJoined');
};
const isReady = (url: string) => async () => (await fetch(`${url}/readyz`)).ok;

test('G1 those of a replica that was killed are removed once, unless they come back', async () => {
  await using survivor = await startReplica(stage.server.url);
  await using doomed = await startReplicaProcess(stage.server.url);
  const watcher = client(survivor);
  await watcher.join(stage.room.key, 'Watcher');
  const lost = await client(doomed).join(stage.room.key, 'Lost');
  const back = await client(doomed).join(stage.room.key, 'Back');
  await doomed.kill('SIGKILL');

  // Resuming does not wait until the lease of the dead replica has run out.
  const { participantId, sessionSecret } = back;
  await client(survivor).get('resume', { participantId, sessionSecret, room: stage.room.key });
  await watcher.event('participantConnection', lost.participantId, 15_000);
  await watcher.event('participantLeft', lost.participantId, 15_000);
  const { participants } = await watcher.state();
  expect(participants.map(({ displayName }) => displayName)).toEqual(['Watcher', 'Back']);
  expect(watcher.events.filter(({ type }) => type === 'participantLeft')).toHaveLength(1);
});

test('G6 a replica that is told to stop ends connections so that clients resume elsewhere', async () => {
  await using survivor = await startReplica(stage.server.url);
  await using stopping = await startReplicaProcess(stage.server.url);
  const watcher = client(survivor);
  await watcher.join(stage.room.key, 'Watcher');
  const moving = client(stopping);
  const { participantId, sessionSecret } = await moving.join(stage.room.key, 'Moving');
  const reason = new Promise(resolve => moving.socket.once('disconnect', resolve));
  expect(await stopping.kill('SIGTERM')).toBe(0);
  // Not "io server disconnect", after which Socket.IO's client stays away.
  expect(await reason).toMatch(/^transport/);
  await watcher.event('participantConnection', participantId);
  await client(survivor).get('resume', { participantId, sessionSecret, room: stage.room.key });
  await eventually('the return', () =>
    watcher.events.some(event => event.type === 'participantConnection' && event.connected),
  );
});

test('J3 without Redis joins are refused in words and at once, calls go on, and all is well once it is back', async () => {
  await using one = await startReplica(stage.server.url);
  await eventually('readiness', isReady(one.url));
  const ada = client(one);
  await ada.join(stage.room.key, 'Ada');
  await stage.server.stop();

  const readyz = await eventually('unreadiness', async () => {
    const answer = await fetch(`${one.url}/readyz`);
    return answer.status === 503 && ((await answer.json()) as { reason: string });
  });
  expect(readyz.reason).toContain('Redis');
  expect((await fetch(`${one.url}/healthz`)).ok).toBe(true);
  const refused = await client(one).ask('join', { room: stage.room.key, displayName: 'Late' });
  expect(refused).toMatchObject({ ok: false, error: { code: 'unavailable' } });
  expect(await ada.ask('sync', {})).toMatchObject({ ok: false, error: { code: 'unavailable' } });
  expect(ada.socket.connected).toBe(true);

  // It comes back empty: who is in hears that the session is lost, or is disconnected so as to find out.
  await stage.server.start();
  await eventually('readiness', isReady(one.url));
  await eventually('the placement', () => place(stage.redis, stage.room));
  expect(await ada.ask('sync', {})).toMatchObject({ error: { code: 'session_lost' } });
  await ada.disconnected();
  const again = await client(one).join(stage.room.key, 'Ada');
  expect(again.snapshot.participants).toHaveLength(1);
});

test('starts without Redis, says so, and serves once it is there', async () => {
  await stage.server.stop();
  await using one = await startReplica(stage.server.url);
  await using two = await startReplica(stage.server.url);
  expect(await isReady(one.url)()).toBe(false);
  const refused = await client(one).ask('join', { room: stage.room.key, displayName: 'Early' });
  expect(refused).toMatchObject({ ok: false, error: { code: 'unavailable' } });
  await stage.server.start();
  await eventually('readiness', isReady(one.url));
  await eventually('readiness', isReady(two.url));
  await eventually('the placement', () => place(stage.redis, stage.room));
  await meet(one, two);

  // Subscriptions outlive a Redis that goes.
  await stage.server.stop();
  await eventually('unreadiness', async () => !(await isReady(one.url)()));
  await stage.server.start();
  await eventually('readiness', isReady(one.url));
  await eventually('readiness', isReady(two.url));
  const room = await eventually('the placement', () => stage.newRoom());
  await meet(one, two, room);
});

test('G1 who left while Redis was away leaves no ghost', async () => {
  await using one = await startReplica(stage.server.url);
  await eventually('readiness', isReady(one.url));
  const [ada, grace] = [client(one), client(one)];
  await ada.join(stage.room.key, 'Ada');
  const { participantId } = await grace.join(stage.room.key, 'Grace');
  // Its data stays, but no command gets an answer.
  const pid = Number(/process_id:(\d+)/.exec(await stage.redis.info('server'))?.[1]);
  process.kill(pid, 'SIGSTOP');
  grace.drop();
  expect(await ada.ask('sync', {})).toMatchObject({ error: { code: 'unavailable' } });
  process.kill(pid, 'SIGCONT');
  await ada.event('participantLeft', participantId, 20_000);
  expect(await stage.redis.hlen(redisKeys.participants(stage.room.key))).toBe(1);
});
