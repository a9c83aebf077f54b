import { randomUUID } from 'node:crypto';
import { type ReadyPlacement, type RoomKey, redisChannels, redisKeys } from '@parley/protocol';
import { eventually } from '@parley/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { isTerminating, type Pod, podPool } from './kinds.ts';
import { World } from './test/world.ts';

let world: World;

beforeAll(async () => {
  world = await World.start();
  await world.driver.nodes.add('node');
  world.startOperator({ environment: { MOVES_PER_SECOND: '2' } });
});
afterAll(() => world[Symbol.asyncDispose]());
afterEach(() => {
  world.driver.lingers = false;
});

const lean = { minimum: 2, maximum: 3, freeRooms: 0, turn: { replicas: 0 } };
const podsPath = '/api/v1/namespaces/parley-system/pods';
const key = (room: string) => `default/${room}` as RoomKey;
const podsOf = async (pool: string) => (await world.driver.pods()).filter(pod => podPool(pod) === pool);
const settled = (pool: string, ready: number) =>
  eventually(`${ready} SFU pods of ${pool}`, async () => {
    const { status } = await world.pool(pool);
    return status.readyPods === ready && (await podsOf(pool)).length === ready;
  });

/** As `kubectl delete pod`, and the SFU drains for as long as the driver lets pods linger. */
const deletePod = (pod: string) => world.plane.client.call({ method: 'DELETE', path: `${podsPath}/${pod}` });

async function placementOf(room: string): Promise<ReadyPlacement> {
  const placement = await world.driver.placement(key(room));
  if (placement?.state !== 'ready') throw new Error(`Room ${room} is not ready.`);
  return placement;
}

/** Tells of each placement that the operator writes, in order, until it is disposed of. */
async function placementsOf(tell: (room: string) => void): Promise<Disposable> {
  const subscriber = world.driver.redis.duplicate();
  subscriber.on('message', (_channel, room) => tell(room));
  await subscriber.subscribe(redisChannels.placements);
  return { [Symbol.dispose]: () => subscriber.disconnect() };
}

/** Where signaling says that the room's media is: on `sfu`, and still on `former`. */
async function mediaIsOn(room: string, { sfu }: ReadyPlacement, former?: ReadyPlacement): Promise<void> {
  const { redis } = world.driver;
  const media = (on: ReadyPlacement['sfu']) => ({ generation: randomUUID(), sfu: on });
  const change = redis.multi().hset(redisKeys.room(key(room)), 'carrier', JSON.stringify(media(sfu)));
  if (former) {
    const left = { ...media(former.sfu), since: 0, until: 0 };
    change.hset(redisKeys.room(key(room)), 'former', JSON.stringify(left));
  } else change.hdel(redisKeys.room(key(room)), 'former');
  // In one step, as signaling does it: without a former one the move is over.
  await change.exec();
}

/** A room with so many people, whose media is where it is placed. */
async function makeCall(room: string, pool: string, people: number): Promise<ReadyPlacement> {
  await world.applyRoom(room, { pool });
  await world.roomWith(room, 'Placed');
  await world.driver.people(key(room), people);
  const placement = await placementOf(room);
  await mediaIsOn(room, placement);
  const known = async () => (await world.room(room)).status.participants === people;
  await eventually(`${people} people in ${room}`, known, 15_000);
  return placement;
}

const isGone = (pod: string) =>
  eventually(`pod ${pod} to be gone`, async () =>
    (await world.driver.pods()).every(({ metadata }) => metadata.name !== pod),
  );
const goingPods = (pods: Pod[]) => pods.filter(isTerminating).map(({ metadata }) => metadata.name);

async function endPool(pool: string, ...rooms: string[]): Promise<void> {
  for (const room of rooms) await world.deleteRoom(room);
  await world.deletePool(pool);
  await eventually(`the pods of ${pool} to go`, async () => (await podsOf(pool)).length === 0);
}

test('kubectl delete pod: the room moves with its people, says so, and only signaling ends what it leaves', async () => {
  await world.applyPool('pair', lean);
  await settled('pair', 2);
  const before = await makeCall('call', 'pair', 2);
  const old = world.driver.sfu(before.sfu.pod);
  world.driver.lingers = true;
  await deletePod(before.sfu.pod);
  const moving = await eventually('the room to move', async () => {
    const room = await world.room('call');
    return room.status.movingFrom === before.sfu.pod && room;
  });
  const now = await placementOf('call');
  expect(now.sfu.pod).not.toBe(before.sfu.pod);
  expect(moving.status).toMatchObject({ phase: 'Ready', sfus: [{ pod: now.sfu.pod }], participants: 2 });
  expect(moving.status.conditions.find(({ type }) => type === 'Ready')?.status).toBe('True');
  await eventually(
    'the pool to say so',
    async () => (await world.pool('pair')).status.leavingRooms === 1,
    15_000,
  );

  expect(await world.registry.metrics()).toContain('parley_operator_leaving_rooms{pool="pair"} 1');

  // Signaling has opened the new media, and people are on their way.
  await mediaIsOn('call', now, before);
  await world.patchRoom('call', { spec: { displayName: 'Looked at meanwhile' } });
  await eventually('it to be looked at', async () => {
    const { metadata, status } = await world.room('call');
    return status.observedGeneration === metadata.generation;
  });
  expect((await world.room('call')).status.movingFrom).toBe(before.sfu.pod);

  await mediaIsOn('call', now);
  await eventually(
    'the move to be over',
    async () => (await world.room('call')).status.movingFrom === undefined,
  );
  await eventually('the events', async () => {
    const { RoomMoving, RoomMoved, SfuLost, Placed } = await world.events('call');
    return RoomMoving === 1 && RoomMoved === 1 && SfuLost === undefined && Placed === undefined;
  });
  expect(old.closed).toEqual([]);
  await eventually(
    'no room to leave',
    async () => (await world.pool('pair')).status.leavingRooms === 0,
    15_000,
  );
  const metrics = await world.registry.metrics();
  expect(metrics).toContain('parley_operator_room_moves_total{reason="PodDeleted"} 1');
  expect(metrics).toContain('parley_operator_room_move_seconds_count 1');

  world.driver.lingers = false;
  await isGone(before.sfu.pod);
  await settled('pair', 2);
  await endPool('pair', 'call');
});

test('a pool of one: what takes the place of a pod is there before people leave it', async () => {
  await world.applyPool('single', { ...lean, minimum: 1, maximum: 1 });
  await settled('single', 1);
  const before = await makeCall('alone', 'single', 2);
  world.driver.lingers = true;
  world.driver.holdsBack.add('sfu');
  await deletePod(before.sfu.pod);
  await eventually('its replacement', async () => (await podsOf('single')).length === 2);
  await world.driver.people(key('alone'), 3);
  await world.patchRoom('alone', { spec: { displayName: 'Looked at meanwhile' } });
  await eventually('it to be looked at', async () => {
    const { metadata, status } = await world.room('alone');
    return status.observedGeneration === metadata.generation;
  });
  expect((await placementOf('alone')).sfu).toEqual(before.sfu);
  expect((await world.room('alone')).status.conditions.find(({ type }) => type === 'Degraded')?.reason).toBe(
    'MovingSoon',
  );
  world.driver.holdsBack.clear();
  await eventually('the room to move', async () => (await placementOf('alone')).sfu.pod !== before.sfu.pod);
  world.driver.lingers = false;
  await isGone(before.sfu.pod);
  await endPool('single', 'alone');
});

test('an SFU that was told to end though its pod was not gets a replacement, and its rooms leave it', async () => {
  await world.applyPool('told', { ...lean, minimum: 1 });
  await settled('told', 1);
  const before = await makeCall('there', 'told', 2);
  world.driver.lingers = true;
  await world.driver.sfu(before.sfu.pod).drain();
  await eventually('the room to move', async () => (await placementOf('there')).sfu.pod !== before.sfu.pod);
  await eventually('the pod to go', async () => goingPods(await podsOf('told')).includes(before.sfu.pod));
  world.driver.lingers = false;
  await settled('told', 1);
  await endPool('told', 'there');
});

test('rooms leave a pod one after the other, those with most people first', async () => {
  await world.applyPool('crowded', { ...lean, placement: 'Packed' });
  await settled('crowded', 2);
  const people = { few: 1, many: 5, some: 3 };
  const pods = new Set<string>();
  for (const [room, count] of Object.entries(people))
    pods.add((await makeCall(room, 'crowded', count)).sfu.pod);
  const [pod = ''] = pods;
  expect(pods.size).toBe(1);
  world.driver.lingers = true;
  // Times in a status are whole seconds.
  const order = new Set<string>();
  using _heard = await placementsOf(room => order.add(room));
  await deletePod(pod);
  for (const room of Object.keys(people)) {
    const moves = async () => (await world.room(room)).status.movingFrom === pod;
    await eventually(`${room} to move`, moves);
  }
  expect([...order]).toEqual(['many', 'some', 'few'].map(key));
  world.driver.lingers = false;
  await endPool('crowded', ...Object.keys(people));
});

test('an SFU that stays too full gives a room to another: a whole one beside the large one that grows', async () => {
  await world.applyPool('tight', { ...lean, placement: 'Packed' });
  await settled('tight', 2);
  const [large, before] = await Promise.all([makeCall('big', 'tight', 9), makeCall('little', 'tight', 3)]);
  const { pod } = before.sfu;
  expect(pod).toBe(large.sfu.pod);
  await world.driver.sfu(pod).say({ used: 0.95 });
  await eventually('the large room to grow', async () => (await placementOf('big')).further.length === 1);
  // It has to stay so for 10 s.
  const now = await eventually(
    'the small one to go there',
    async () => {
      const placement = await placementOf('little');
      return placement.sfu.pod !== pod && placement;
    },
    30_000,
  );
  expect(now.further).toEqual([]);
  expect(now.sfu).toEqual((await placementOf('big')).further[0]);
  expect((await placementOf('big')).sfu.pod).toBe(pod);
  await eventually('it to move', async () => (await world.room('little')).status.movingFrom === pod);
  await mediaIsOn('little', now, before);
  await world.driver.sfu(pod).say({ used: 0.6 });
  await mediaIsOn('little', now);
  await eventually('the events', async () => {
    const { RoomMoving, RoomMoved, RoomGrown } = await world.events('little');
    return RoomMoving === 1 && RoomMoved === 1 && RoomGrown === undefined;
  });
  expect(world.driver.sfu(pod).closed).toEqual([]);
  expect(await world.registry.metrics()).toContain('parley_operator_room_moves_total{reason="Rebalanced"} 1');
  await endPool('tight', 'big', 'little');
}, 90_000);

test('a new operator goes on with a move that is under way', async () => {
  await world.applyPool('handed', lean);
  await settled('handed', 2);
  const before = await makeCall('relay', 'handed', 2);
  world.driver.lingers = true;
  await deletePod(before.sfu.pod);
  await eventually(
    'the room to move',
    async () => (await world.room('relay')).status.movingFrom !== undefined,
  );
  const now = await placementOf('relay');
  await mediaIsOn('relay', now, before);
  await world.stopOperator();
  world.startOperator();
  await eventually('the operator to be ready', () => world.operator.readiness().ready);
  await mediaIsOn('relay', now);
  await eventually('the event', async () => (await world.events('relay')).RoomMoved === 1);
  expect((await placementOf('relay')).sfu).toEqual(now.sfu);
  world.driver.lingers = false;
  await endPool('handed', 'relay');
});
