import { redisKeys } from '@parley/protocol';
import { roomConditions } from '@parley/resources';
import { type Collector, startCollector, treeOf } from '@parley/telemetry/test';
import { eventually } from '@parley/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { condition } from './runtime/index.ts';
import { World } from './test/world.ts';

let world: World;
let collector: Collector;

/** All pods are made anew when this changes, so every operator has it. */
const traced = () => ({
  environment: {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    OTEL_TRACES_SAMPLER_ARG: '0',
    OTEL_BSP_SCHEDULE_DELAY: '20',
  },
});

beforeAll(async () => {
  [world, collector] = await Promise.all([World.start(), startCollector()]);
  world.startOperator(traced());
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await collector[Symbol.asyncDispose]();
});

const onePod = { minimum: 1, maximum: 1, freeRooms: 0, turn: { replicas: 0 } };

test('a pool gets its pods, and a room on a warm SFU is ready within a second', async () => {
  await world.applyPool('default', { minimum: 1, maximum: 2, exposure: { type: 'PodNetwork' } });
  const pool = await eventually('the pool to be ready', async () => {
    const seen = await world.pool('default');
    return condition(seen.status.conditions, 'Ready')?.status === 'True' && seen;
  });
  expect(pool.status).toMatchObject({ pods: 1, readyPods: 1, readyRelays: 1, freeRooms: 50, rooms: 0 });

  const began = performance.now();
  await world.applyRoom('demo');
  const room = await world.roomWith('demo', 'Placed');
  expect(performance.now() - began).toBeLessThan(1_000);
  const [sfu] = await world.driver.sfuPods();
  expect(room.status).toMatchObject({
    phase: 'Ready',
    participants: 0,
    sfus: [{ pod: sfu?.metadata.name }],
    joinUrl: 'http://parley.test/demo',
    observedGeneration: room.metadata.generation,
  });
  expect(await world.driver.placement('default/demo')).toMatchObject({
    state: 'ready',
    uid: room.metadata.uid,
    displayName: 'demo',
    maxParticipants: 50,
    access: 'Open',
    lobby: false,
    loudest: 0,
    direct: true,
    sfu: { pod: sfu?.metadata.name },
    turnUrls: ['turn:127.0.0.1:3478?transport=tcp', 'turn:127.0.0.1:3478?transport=udp'],
  });
  await eventually('the events', async () => (await world.events('demo')).Ready === 1);
});

test('the trace in which a Room was made goes on to its place', async () => {
  const [traceId, parent] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
  await world.plane.apply([
    {
      apiVersion: 'parley.dev/v1alpha1',
      kind: 'Room',
      metadata: {
        name: 'traced',
        namespace: 'default',
        annotations: { 'parley.dev/traceparent': `00-${traceId}-${parent}-01` },
      },
      spec: {},
    } as never,
  ]);
  await world.roomWith('traced', 'Placed');
  await eventually('the spans', () => collector.spans.some(({ name }) => name === 'operator.placeRoom'));
  expect(new Set(collector.spans.map(span => span.traceId))).toEqual(new Set([traceId]));
  expect(treeOf(collector.spans, parent)).toEqual(
    expect.arrayContaining([
      'operator operator.placeRoom',
      '  operator kubernetes.patch',
      '  operator redis.placement',
    ]),
  );
  await world.deleteRoom('traced');
});

test('people are counted in the status', async () => {
  await world.driver.people('default/demo', 3);
  const room = await eventually('the count', async () => {
    const seen = await world.room('demo');
    return seen.status.participants === 3 && seen;
  });
  expect(room.status.idleSince).toBeUndefined();
});

test('an impossible spec is refused with a sentence and recovers once corrected', async () => {
  await world.applyRoom('mute', { media: { audio: false, video: false, screen: false } });
  const refused = await world.roomWith('mute', 'Rejected');
  expect(refused.status.phase).toBe('Rejected');
  expect(condition(refused.status.conditions, roomConditions.accepted)).toMatchObject({
    status: 'False',
    reason: 'InvalidSpec',
    message: 'spec.media: a room has to allow audio, video or screen.',
  });
  expect(await world.driver.placement('default/mute')).toMatchObject({ state: 'rejected' });
  await eventually('the event', async () => (await world.events('mute')).InvalidSpec === 1);

  await world.patchRoom('mute', { spec: { media: { audio: true } } });
  const room = await world.roomWith('mute', 'Placed');
  expect(condition(room.status.conditions, roomConditions.accepted)?.status).toBe('True');
  await world.deleteRoom('mute');
});

test('a room that is too large for its pool is refused', async () => {
  await world.applyRoom('huge', { maxParticipants: 500 });
  const room = await world.roomWith('huge', 'Rejected');
  expect(condition(room.status.conditions, roomConditions.accepted)).toMatchObject({
    reason: 'TooLargeForPool',
    message: 'spec.maxParticipants: 500 is more than the 200 that MediaPool "default" carries in one room.',
  });
  await world.deleteRoom('huge');
});

test('a pool that is made smaller leaves the rooms that it has as large as they are', async () => {
  await world.applyPool('shrinks', { capacity: { participantsPerRoom: 100 } });
  await world.applyRoom('promised', { pool: 'shrinks', maxParticipants: 100 });
  const { status } = await world.roomWith('promised', 'Placed');
  await world.applyPool('shrinks', { capacity: { participantsPerRoom: 10 } });
  await world.applyRoom('late', { pool: 'shrinks', maxParticipants: 100 });
  await world.roomWith('late', 'Rejected');
  await world.patchRoom('promised', { spec: { displayName: 'Looked at again' } });
  const again = await eventually('it to be looked at again', async () => {
    const room = await world.room('promised');
    return room.status.observedGeneration === room.metadata.generation && room;
  });
  expect(again.status.phase).toBe('Ready');
  expect(again.status.sfus).toEqual(status.sfus);
  for (const name of ['promised', 'late']) await world.deleteRoom(name);
  await world.deletePool('shrinks');
});

test('a room waits for a pool that is not there, and for one that goes', async () => {
  await world.applyRoom('early', { pool: 'later' });
  const waiting = await world.roomWith('early', 'PoolNotFound');
  expect(waiting.status.phase).toBe('Pending');
  expect(await world.driver.placement('default/early')).toMatchObject({
    state: 'waiting',
    reason: 'PoolNotFound',
  });
  await world.applyPool('later', onePod);
  await world.roomWith('early', 'Placed');
  await world.deletePool('later');
  await world.roomWith('early', 'PoolNotFound');
  await eventually('the pods to go', async () =>
    (await world.driver.pods()).every(pod => pod.metadata.labels['parley.dev/pool'] !== 'later'),
  );
  await world.deleteRoom('early');
});

test('a pool that is full says so, and a freed place is given on', async () => {
  await world.applyPool('small', { ...onePod, capacity: { roomsPerPod: 1 } });
  await world.applyRoom('first', { pool: 'small' });
  await world.roomWith('first', 'Placed');
  await world.applyRoom('second', { pool: 'small' });
  await world.roomWith('second', 'PoolFull');
  await world.deleteRoom('first');
  await world.roomWith('second', 'Placed');
  await world.deleteRoom('second');
  await world.deletePool('small');
});

test('an impossible pool is refused, and corrected it gets its pods', async () => {
  await world.applyPool('odd', { ...onePod, minimum: 3 });
  await eventually('the refusal', async () => {
    const { status } = await world.pool('odd');
    const verdict = condition(status.conditions, 'Accepted');
    return (
      verdict?.reason === 'InvalidSpec' &&
      verdict.message === 'spec: minimum must not be greater than maximum.'
    );
  });
  expect((await world.pool('odd')).status.pods).toBe(0);
  await eventually('the event', async () => (await world.events('odd')).InvalidSpec === 1);
  await world.applyPool('odd', onePod);
  await eventually('a pod', async () => (await world.pool('odd')).status.readyPods === 1);
  await world.deletePool('odd');
});

test('an SFU that was started anew gets its rooms back within a second', async () => {
  const before = await world.driver.placement('default/demo');
  if (before?.state !== 'ready') throw new Error('The room is not ready.');
  const sfu = world.driver.sfu(before.sfu.pod);
  const began = performance.now();
  await sfu.restart();
  await eventually('the new placement', async () => {
    const now = await world.driver.placement('default/demo');
    return now?.state === 'ready' && now.sfu.instance === sfu.instance;
  });
  expect(performance.now() - began).toBeLessThan(1_000);
  await eventually('the events', async () => (await world.events('demo')).SfuLost === 1);
});

test('a lost SFU pod is replaced and its rooms move', async () => {
  const before = await world.driver.placement('default/demo');
  if (before?.state !== 'ready') throw new Error('The room is not ready.');
  await world.driver.deletePod(before.sfu.pod);
  await eventually('the new placement', async () => {
    const now = await world.driver.placement('default/demo');
    return now?.state === 'ready' && now.sfu.pod !== before.sfu.pod;
  });
  const { status } = await world.roomWith('demo', 'Placed');
  expect(status.sfus).not.toEqual([{ pod: before.sfu.pod }]);
});

test('rooms of an SFU that fell silent move to another when its lease is over', async () => {
  await world.applyPool('pair', { ...onePod, minimum: 2, maximum: 2 });
  await eventually('both pods', async () => (await world.pool('pair')).status.readyPods === 2);
  await world.applyRoom('moving', { pool: 'pair' });
  const pod = (await world.roomWith('moving', 'Placed')).status.sfus[0]?.pod ?? '';
  await world.driver.sfu(pod).crash();
  const moved = await eventually('the room to move', async () => {
    const placement = await world.driver.placement('default/moving');
    return placement?.state === 'ready' && placement.sfu.pod !== pod && placement;
  });
  expect(moved.sfu.pod).toMatch(/^pair-sfu-/);
  await world.deleteRoom('moving');
  await world.deletePool('pair');
});

test('placements come back by themselves after Redis lost everything', async () => {
  const before = await world.driver.placement('default/demo');
  await world.redis.stop();
  await eventually('the operator to notice', () => !world.operator.readiness().ready);
  await world.applyRoom('meanwhile');
  await world.roomWith('meanwhile', 'WaitingForRedis');
  await world.redis.start();
  await eventually('the word that all placements are there', () =>
    world.driver.redis.exists(redisKeys.placementsComplete).then(count => count === 1),
  );
  expect(await world.driver.placement('default/demo')).toEqual(before);
  expect(await world.driver.placement('default/meanwhile')).toBeDefined();
  await world.roomWith('meanwhile', 'Placed');
  expect(await eventually('the placement', () => world.driver.placement('default/demo'))).toEqual(before);
  expect((await world.room('demo')).status.phase).toBe('Ready');
  await world.deleteRoom('meanwhile');
});

test('a new operator that finds no Redis does not say that SFU pods are not ready', async () => {
  const before = (await world.pool('default')).status;
  expect(condition(before.conditions, 'Ready')?.status).toBe('True');
  await world.stopOperator();
  await world.redis.stop();
  await world.applyPool('default', { minimum: 1, maximum: 5, exposure: { type: 'PodNetwork' } });
  world.startOperator(traced());
  const { status } = await eventually('the pool to be looked at', async () => {
    const pool = await world.pool('default');
    return pool.status.observedGeneration === pool.metadata.generation && pool;
  });
  expect(condition(status.conditions, 'Ready')).toMatchObject({ status: 'True', reason: 'PodsReady' });
  expect(status.readyPods).toBe(before.readyPods);
  await world.redis.start();
  await eventually('the operator to be ready', () => world.operator.readiness().ready);
  const isBack = async () => (await world.driver.placement('default/demo'))?.state === 'ready';
  await eventually('the room to have its place again', isBack);
});

test('a new operator takes over what the old one left, also what went meanwhile', async () => {
  const before = await world.driver.placement('default/demo');
  const pods = (await world.driver.pods()).map(pod => pod.metadata.name).sort();
  await world.applyRoom('doomed');
  const doomed = await world.roomWith('doomed', 'Placed');
  await world.stopOperator();
  await world.deleteRoom('doomed');
  await world.applyRoom('new');
  world.startOperator(traced());
  await world.roomWith('new', 'Placed');
  await eventually('the deleted room to go', () => world.roomIsGone('doomed'));
  expect(await world.driver.placement('default/doomed')).toEqual({
    state: 'ended',
    key: 'default/doomed',
    uid: doomed.metadata.uid,
  });
  expect(await world.driver.placement('default/demo')).toEqual(before);
  expect((await world.driver.pods()).map(pod => pod.metadata.name).sort()).toEqual(pods);
  await world.deleteRoom('new');
});

test('a deleted room ends everywhere within a second', async () => {
  const placement = await world.driver.placement('default/demo');
  if (placement?.state !== 'ready') throw new Error('The room is not ready.');
  const sfu = world.driver.sfu(placement.sfu.pod);
  const began = performance.now();
  await world.deleteRoom('demo');
  await eventually('the room to go', () => world.roomIsGone('demo'));
  expect(performance.now() - began).toBeLessThan(1_000);
  expect(await world.driver.placement('default/demo')).toMatchObject({ state: 'ended' });
  expect(await world.driver.redis.ttl('parley:{default/demo}:placement')).toBeGreaterThan(200);
  expect(sfu.closed).toContain(placement.uid);
});

test('metrics say what the operator did', async () => {
  const text = await world.registry.metrics();
  expect(text).toMatch(/parley_operator_reconcile_total\{controller="room",result="success"\} \d+/);
  expect(text).toContain('parley_operator_queue_depth{controller="pool"} 0');
  expect(text).toContain('parley_operator_rooms{phase="Rejected"} 0');
  expect(text).toMatch(/parley_operator_pool_pods\{pool="default",role="sfu",state="ready"\} 1/);
  expect(world.operator.readiness()).toEqual({ ready: true });
});
