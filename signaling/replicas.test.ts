/** Replicas that stop, and replicas that are deaf: their people go on elsewhere. */
import { eventually } from '@parley/testing';
import { expect, test, vi } from 'vitest';
import { startReplicaProcess } from './testing/processes.ts';
import { startRedisProxy } from './testing/redis-proxy.ts';
import { startReplica } from './testing/replica.ts';
import { useStage } from './testing/stage.ts';

// Processes start slowly on a machine where other tests run.
vi.setConfig({ testTimeout: 90_000 });

const stage = useStage({ replicas: 0, room: { maxParticipants: 100 } });
const { client } = stage;
type Running = { readonly port: number };
/** Somebody who, as every client does, resumes when the connection is gone; resolves when that is done. */
const mover = async (from: Running, to: Running) => {
  const one = client(from);
  const { participantId, sessionSecret } = await one.join(stage.room.key);
  const gone = new Promise<{ reason: string; at: number }>(resolve =>
    one.socket.once('disconnect', reason => resolve({ reason, at: performance.now() })),
  );
  const back = gone.then(async left => {
    await client(to).get('resume', { room: stage.room.key, participantId, sessionSecret });
    return left;
  });
  return { id: participantId, back };
};
const readiness = async (port: number) => {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`);
  return { ready: response.ok, reason: ((await response.json()) as { reason?: string }).reason ?? '' };
};
const figure = async (port: number, name: string) => {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(
    text
      .split('\n')
      .find(line => line.startsWith(`${name} `))
      ?.slice(name.length),
  );
};

test('G6 a replica that stops hands 60 people over in waves, and nobody sees them go', async () => {
  await using survivor = await startReplica(stage.server.url);
  await eventually('readiness', async () => (await readiness(survivor.port)).ready);
  await using stopping = await startReplicaProcess(stage.server.url, { HANDOVER_SECONDS: '4' });
  const watcher = client(survivor);
  await watcher.join(stage.room.key, 'Watcher');
  const movers: Awaited<ReturnType<typeof mover>>[] = [];
  for (let i = 0; i < 60; i++) movers.push(await mover(stopping, survivor));

  const stopped = stopping.kill('SIGTERM');
  await Promise.race(movers.map(({ back }) => back));
  expect(await readiness(stopping.port)).toMatchObject({ ready: false, reason: 'The replica is stopping.' });
  await client(stopping).refused();

  const left = await Promise.all(movers.map(({ back }) => back));
  expect(await stopped).toBe(0);
  expect(new Set(left.map(({ reason }) => reason))).toEqual(new Set(['transport close']));
  const times = left.map(({ at }) => at);
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(500);
  const { participants } = await watcher.state();
  expect(participants.filter(({ connected }) => connected)).toHaveLength(61);
  const seen = new Set(watcher.events.map(({ type }) => type));
  expect(seen).toEqual(new Set(['participantJoined']));
});

test('G6 a replica that alone is there does not wait for others', async () => {
  await using alone = await startReplicaProcess(stage.server.url, { HANDOVER_SECONDS: '300' });
  const one = client(alone);
  await one.join(stage.room.key);
  for (let i = 0; i < 20; i++) await client(alone).connected();
  expect(await alone.kill('SIGTERM')).toBe(0);
  await one.disconnected();
});

test('G6 a replica that is deaf is not ready, and its people go on with those that hear', async () => {
  await using proxy = await startRedisProxy(stage.server.url);
  await using deaf = await startReplica(proxy.url);
  await using hearing = await startReplica(stage.server.url);
  for (const { port } of [deaf, hearing]) {
    await eventually('readiness', async () => (await readiness(port)).ready);
  }
  const watcher = client(hearing);
  await watcher.join(stage.room.key, 'Watcher');
  const { id, back } = await mover(deaf, hearing);

  proxy.cut('parley-signaling-subscriber');
  const { reason } = await eventually('deafness', async () => {
    const state = await readiness(deaf.port);
    return !state.ready && state;
  });
  expect(reason).toContain('does not hear');
  expect((await back).reason).toBe('transport close');
  expect(await figure(deaf.port, 'parley_signaling_deaf')).toBe(1);
  expect(await figure(hearing.port, 'parley_signaling_deaf')).toBe(0);
  await client(deaf).refused();
  const { participants } = await watcher.state();
  expect(participants.find(one => one.id === id)).toMatchObject({ connected: true });
  expect(watcher.events.some(({ type }) => type === 'participantConnection')).toBe(false);

  proxy.mend();
  await eventually('readiness', async () => (await readiness(deaf.port)).ready, 20_000);
  await client(deaf).join(stage.room.key, 'Late');
});

test('S3 a replica whose subscriptions were killed hears again by itself, and keeps its people', async () => {
  await using one = await startReplica(stage.server.url);
  await using two = await startReplica(stage.server.url);
  for (const { port } of [one, two]) await eventually('readiness', async () => (await readiness(port)).ready);
  const ada = client(one);
  await ada.join(stage.room.key, 'Ada');
  expect(await stage.redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub')).toBeGreaterThan(1);
  await eventually('subscriptions', async () => {
    const [, count] = (await stage.redis.pubsub('NUMSUB', 'parley:placements')) as [string, number];
    return count === 2;
  });
  await client(two).join(stage.room.key, 'Grace');
  await ada.event('participantJoined');
  expect(ada.socket.connected).toBe(true);
});
