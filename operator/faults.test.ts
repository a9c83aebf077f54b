import { eventually } from '@parley/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServer } from './server.ts';
import { World } from './test/world.ts';

let world: World;

beforeAll(async () => {
  world = await World.start();
  await world.applyPool('default', { minimum: 1, maximum: 1, turn: { replicas: 0 } });
  await world.applyRoom('demo');
});
afterAll(() => world[Symbol.asyncDispose]());

test('an operator that finds neither API server nor Redis says so and comes up when they do', async () => {
  await world.redis.stop();
  await world.plane.killApiserver();
  // Its lease outlasts the API server's absence in the next test.
  world.startOperator({ environment: { LEASE_SECONDS: '60', LEASE_RENEW_DEADLINE_SECONDS: '50' } });
  const server = createServer(
    world.registry,
    () => world.operator.readiness(),
    () => world.operator.health(),
  );
  const ready = async () => {
    const answer = await server.inject({ path: '/readyz' });
    return { status: answer.statusCode, body: answer.body };
  };
  const refused = await eventually('the API server to be missed', async () => {
    const answer = await ready();
    return answer.body.includes('The Kubernetes API server does not answer') && answer;
  });
  expect(refused.status).toBe(503);
  expect((await server.inject({ path: '/healthz' })).statusCode).toBe(200);

  await world.plane.restartApiserver();
  const waiting = await world.roomWith('demo', 'WaitingForRedis');
  expect(waiting.status.phase).toBe('Pending');
  expect((await ready()).body).toContain('Redis does not answer');

  await world.redis.start();
  await world.roomWith('demo', 'Placed');
  await eventually('the operator to be ready', async () => (await ready()).status === 200);
  await server.close();
});

test('rooms survive an API server that goes and comes back, even if they lose their SFU meanwhile', async () => {
  const before = await world.driver.placement('default/demo');
  await world.plane.killApiserver();
  await eventually('the loss to be noticed', async () =>
    (await world.registry.metrics()).includes('parley_operator_api_requests_total{method="GET",code="none"}'),
  );
  expect(await world.driver.placement('default/demo')).toEqual(before);
  if (before?.state !== 'ready') throw new Error('The room is not ready.');
  const sfu = world.driver.sfu(before.sfu.pod);
  await sfu.restart();
  const placedAnew = async () => {
    const now = await world.driver.placement('default/demo');
    return now?.state === 'ready' && now.sfu.instance === sfu.instance;
  };
  await eventually('a new placement without an API server', placedAnew);

  await world.plane.restartApiserver();
  await world.applyRoom('after');
  await world.roomWith('after', 'Placed');
  expect(await placedAnew()).toBe(true);
});

test('a room that nobody uses is deleted once its idle time to live is over', async () => {
  await world.applyRoom('brief', { idleTimeToLiveSeconds: 60 });
  const { metadata } = await world.roomWith('brief', 'Placed');
  // A minute ago, as far as the status says.
  await world.plane.client.call({
    method: 'PATCH',
    path: '/apis/parley.dev/v1alpha1/namespaces/default/rooms/brief/status',
    body: { status: { idleSince: new Date(Date.now() - 61_000).toISOString() } },
    contentType: 'application/merge-patch+json',
  });
  await eventually('the room to go', () => world.roomIsGone('brief'));
  expect(await world.driver.placement('default/brief')).toMatchObject({ state: 'ended', uid: metadata.uid });
  await eventually('the event', async () => (await world.events('brief')).Idle === 1);
});

test('a room that goes without its finalizer while the operator is away is ended all the same', async () => {
  await world.applyRoom('torn');
  const { metadata } = await world.roomWith('torn', 'Placed');
  await world.stopOperator();
  await world.patchRoom('torn', { metadata: { finalizers: null } });
  await world.deleteRoom('torn');
  world.startOperator();
  await eventually('the placement to end', async () => {
    const placement = await world.driver.placement('default/torn');
    return placement?.state === 'ended' && placement.uid === metadata.uid;
  });
});

test('an API server that is away for longer than the lease ends the operator, and the next one goes on', async () => {
  const before = await world.driver.placement('default/demo');
  await world.stopOperator();
  const operator = world.startOperator({
    environment: { LEASE_SECONDS: '2', LEASE_RENEW_DEADLINE_SECONDS: '1', LEASE_RETRY_SECONDS: '0.2' },
  });
  await eventually('the operator to lead', async () =>
    (await world.registry.metrics()).includes('parley_operator_leader 1'),
  );
  await world.plane.killApiserver();
  expect(await operator.lost).toContain('its lease was not renewed in time');
  expect(await world.registry.metrics()).toContain('parley_operator_leader 0');
  if (before?.state !== 'ready') throw new Error('The room is not ready.');
  const sfu = world.driver.sfu(before.sfu.pod);
  await sfu.restart();
  await world.stopOperator();
  expect(await world.driver.placement('default/demo')).toEqual(before);

  world.startOperator();
  await world.plane.restartApiserver();
  await eventually('the room to be placed anew', async () => {
    const now = await world.driver.placement('default/demo');
    return now?.state === 'ready' && now.sfu.instance === sfu.instance;
  });
});

test('a status that an older operator wrote by merge patch is taken over whole', async () => {
  await world.applyRoom('old');
  await world.roomWith('old', 'Placed');
  await world.stopOperator();
  const path = '/apis/parley.dev/v1alpha1/namespaces/default/rooms/old';
  const { status } = await world.room('old');
  const stale = { ...status.conditions[0], type: 'Forgotten' };
  await world.plane.client.call({
    method: 'PATCH',
    path: `${path}/status?fieldManager=parley-operator`,
    body: { status: { quality: 50, phase: 'Pending', conditions: [...status.conditions, stale] } },
    contentType: 'application/merge-patch+json',
  });
  world.startOperator();
  const room = await eventually('the status to be right', async () => {
    const seen = await world.room('old');
    return seen.status.phase === 'Ready' && seen.status.quality === undefined && seen;
  });
  expect(room.status.conditions.map(({ type }) => type)).not.toContain('Forgotten');
  const { metadata } = await world.plane.client.call<{
    metadata: { managedFields: { manager: string; operation: string; fieldsV1: object }[] };
  }>({ path });
  const applied = metadata.managedFields.find(
    ({ operation, fieldsV1 }) => operation === 'Apply' && 'f:status' in fieldsV1,
  );
  expect(applied?.manager).toBe('parley-operator');
});
