/** Rooms on several SFUs, on a real API server and Redis. The test plays the SFUs and signaling. */
import { randomUUID } from 'node:crypto';
import { type ReadyPlacement, type RoomKey, redisKeys } from '@parley/protocol';
import { eventually } from '@parley/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { isTerminating, podPool } from './kinds.ts';
import { World } from './test/world.ts';

let world: World;

beforeAll(async () => {
  world = await World.start();
  await world.driver.nodes.add('node');
  world.startOperator();
});
afterAll(() => world[Symbol.asyncDispose]());
afterEach(() => {
  world.driver.lingers = false;
  world.driver.registers = true;
});

const lean = { minimum: 3, maximum: 3, freeRooms: 0, turn: { replicas: 0 } };
const podsPath = '/api/v1/namespaces/parley-system/pods';
const key = (room: string) => `default/${room}` as RoomKey;
const podsOf = async (pool: string) =>
  (await world.driver.pods()).filter(pod => podPool(pod) === pool && !isTerminating(pod));
const settled = (pool: string, ready: number) =>
  eventually(`${ready} SFU pods of ${pool}`, async () => {
    const { status } = await world.pool(pool);
    return status.readyPods === ready && (await podsOf(pool)).length === ready;
  });
const sfu = (pod: string) => world.driver.sfu(pod);
const deletePod = (pod: string) => world.plane.client.call({ method: 'DELETE', path: `${podsPath}/${pod}` });

async function placementOf(room: string): Promise<ReadyPlacement> {
  const placement = await world.driver.placement(key(room));
  if (placement?.state !== 'ready') throw new Error(`Room ${room} is not ready.`);
  return placement;
}
const sfusOf = ({ sfu: main, further }: ReadyPlacement) => [main, ...further].map(({ pod }) => pod);

/** The pods that carry the room, once they are what they should be. */
const carriedBy = (room: string, what: string, isRight: (pods: string[]) => boolean) =>
  eventually(`${room} to be on ${what}`, async () => {
    const pods = sfusOf(await placementOf(room));
    return isRight(pods) && pods;
  });

/** The room's status says so, too. */
const shows = (room: string, pods: readonly string[]) =>
  eventually(`the status of ${room} to name ${pods}`, async () => {
    const { status } = await world.room(room);
    return status.sfus.map(one => one.pod).join() === pods.join();
  });
const has = (room: string, reason: string, count = 1) =>
  eventually(
    `${count} events ${reason} of ${room}`,
    async () => (await world.events(room))[reason] === count,
  );

/** Signaling has opened the room's media where it is placed, and still has some on `former`. */
async function mediaIs(room: string, { sfu: main, further }: ReadyPlacement, former?: ReadyPlacement['sfu']) {
  const { redis } = world.driver;
  const on = (where: ReadyPlacement['sfu']) => ({ generation: randomUUID(), sfu: where });
  const fields = { carrier: JSON.stringify(on(main)), branches: JSON.stringify(further.map(on)) };
  await redis.hset(redisKeys.room(key(room)), fields);
  if (former) {
    const left = JSON.stringify({ ...on(former), since: 0, until: 0 });
    await redis.hset(redisKeys.room(key(room)), 'former', left);
  } else await redis.hdel(redisKeys.room(key(room)), 'former');
}

/** A room with so many people, whose media is where it is placed. */
async function makeCall(room: string, pool: string, people: number): Promise<string> {
  await world.applyRoom(room, { pool });
  await world.roomWith(room, 'Placed');
  await world.driver.people(key(room), people);
  const placement = await placementOf(room);
  await mediaIs(room, placement);
  const known = async () => (await world.room(room)).status.participants === people;
  await eventually(`${people} people in ${room}`, known, 15_000);
  return placement.sfu.pod;
}

/** A call on two SFUs. */
async function makeLargeCall(room: string, pool: string): Promise<[string, string]> {
  const first = await makeCall(room, pool, 9);
  await sfu(first).say({ used: 0.75 });
  const [main = '', further = ''] = await carriedBy(room, 'two SFUs', pods => pods.length === 2);
  expect(main).toBe(first);
  await sfu(first).say({ used: 0.4 });
  await sfu(further).say({ used: 0.4 });
  await mediaIs(room, await placementOf(room));
  await shows(room, [main, further]);
  return [main, further];
}

async function endPool(pool: string, ...rooms: string[]): Promise<void> {
  for (const room of rooms) await world.deleteRoom(room);
  await world.deletePool(pool);
  await eventually(`the pods of ${pool} to go`, async () =>
    (await world.driver.pods()).every(pod => podPool(pod) !== pool),
  );
}

test('a room grows before its SFU is full, and shrinks with its people when it fits on fewer', async () => {
  await world.applyPool('trio', lean);
  await settled('trio', 3);
  const small = await makeCall('small', 'trio', 2);
  const [main, further] = await makeLargeCall('large', 'trio');
  expect(small).toBe(main);
  // It helps most if the largest room of an SFU goes on elsewhere.
  expect(sfusOf(await placementOf('small'))).toEqual([main]);
  await has('large', 'RoomGrown');
  const metrics = await world.registry.metrics();
  expect(metrics).toContain('parley_operator_spread_rooms{pool="trio"} 1');
  expect(metrics).toContain('parley_operator_crowded_rooms{pool="trio"} 0');
  const ready = (await world.room('large')).status.conditions.find(({ type }) => type === 'Ready');
  expect(ready?.message).toBe(`People can join: SFUs ${main}, ${further}.`);

  await sfu(main).say({ used: 0.2 });
  await sfu(further).say({ used: 0.2 });
  await world.driver.people(key('large'), 4);
  const [left = ''] = await carriedBy('large', 'one SFU', pods => pods.length === 1);
  expect(left).toBe(main);
  await eventually('it to move', async () => (await world.room('large')).status.movingFrom === further);
  await has('large', 'RoomShrunk');
  expect(sfu(further).closed).toEqual([]);
  await mediaIs('large', await placementOf('large'));
  await eventually(
    'it to have moved',
    async () => (await world.room('large')).status.movingFrom === undefined,
  );
  await has('large', 'RoomMoved');
  expect(await world.registry.metrics()).toContain('parley_operator_room_moves_total{reason="Fits"} 1');
  await endPool('trio', 'small', 'large');
});

test('a pool without space for it gets a pod, and keeps it as long as the room is there', async () => {
  await world.applyPool('narrow', { ...lean, minimum: 1, maximum: 2 });
  await settled('narrow', 1);
  const main = await makeCall('wide', 'narrow', 9);
  await sfu(main).say({ used: 0.8 });
  const [, further = ''] = await carriedBy('wide', 'two SFUs', pods => pods.length === 2);
  await settled('narrow', 2);
  // That counts the pods that the pool needs anew, and a room that is full again.
  await sfu(further).say({ used: 0.8 });
  const crowded = await eventually('it to be crowded', async () => {
    const { status } = await world.room('wide');
    return status.conditions.find(({ reason }) => reason === 'Crowded');
  });
  expect(crowded.message).toContain(`(${main}, ${further}), and MediaPool "narrow" has no other`);
  expect((await podsOf('narrow')).map(({ metadata }) => metadata.name).sort()).toEqual(
    [main, further].sort(),
  );
  expect(await world.registry.metrics()).toContain('parley_operator_crowded_rooms{pool="narrow"} 1');
  await sfu(further).say({ used: 0.4 });
  await has('wide', 'Recovered');
  // Nobody is there any more: one SFU is enough, and the pool lets the other pod go.
  await world.driver.people(key('wide'), 0);
  await carriedBy('wide', 'one SFU', pods => pods.length === 1);
  await eventually('its media to be closed', () => sfu(further).closed.length === 1);
  await settled('narrow', 1);
  await endPool('narrow', 'wide');
});

test('a further SFU that goes is replaced, and the people there move', async () => {
  await world.applyPool('leaving', lean);
  await settled('leaving', 3);
  const [main, further] = await makeLargeCall('part', 'leaving');
  const before = await placementOf('part');
  world.driver.lingers = true;
  await deletePod(further);
  const pods = await carriedBy('part', 'another', now => now.length === 2 && !now.includes(further));
  expect(pods[0]).toBe(main);
  await eventually('it to move', async () => (await world.room('part')).status.movingFrom === further);
  await mediaIs('part', await placementOf('part'), before.further[0]);
  await eventually(
    'the pool to say so',
    async () => (await world.pool('leaving')).status.leavingRooms === 1,
    15_000,
  );
  await mediaIs('part', await placementOf('part'));
  await has('part', 'RoomMoved');
  expect(await world.registry.metrics()).toContain('parley_operator_room_moves_total{reason="PodDeleted"} 1');
  world.driver.lingers = false;
  await endPool('leaving', 'part');
});

test('where the main SFU dies a further one is the main one, and another comes', async () => {
  await world.applyPool('mortal', lean);
  await settled('mortal', 3);
  const [main, further] = await makeLargeCall('many', 'mortal');
  // So much that it does not carry the room alone.
  await sfu(further).say({ used: 0.65 });
  world.driver.registers = false;
  await sfu(main).crash();
  const pods = await carriedBy('many', 'others', now => now.length === 2 && !now.includes(main));
  expect(pods[0]).toBe(further);
  await has('many', 'SfuLost');
  expect((await world.events('many')).RoomMoving).toBeUndefined();
  // A new operator finds the room where it is.
  await shows('many', pods);
  const placed = await placementOf('many');
  await world.stopOperator();
  world.startOperator();
  await eventually('the operator to be ready', () => world.operator.readiness().ready);
  await world.patchRoom('many', { spec: { displayName: 'Looked at by another' } });
  await eventually('it to be looked at', async () =>
    (await placementOf('many')).displayName.startsWith('Looked'),
  );
  expect(await placementOf('many')).toMatchObject({ sfu: placed.sfu, further: placed.further });
  world.driver.registers = true;
  await endPool('mortal', 'many');
});

test('SFUs that do not reach each other do not share a room', async () => {
  await world.applyPool('split', lean);
  await settled('split', 3);
  const [main, further] = await makeLargeCall('torn', 'split');
  await sfu(further).say({ cutOff: [sfu(main)] });
  const [, third = ''] = await carriedBy(
    'torn',
    'another',
    now => now.length === 2 && !now.includes(further),
  );
  await eventually('it to move', async () => (await world.room('torn')).status.movingFrom === further);
  await mediaIs('torn', await placementOf('torn'));
  await has('torn', 'RoomMoved');
  expect(await world.registry.metrics()).toContain('parley_operator_room_moves_total{reason="CutOff"} 1');
  // No third one is left that they reach.
  await sfu(main).say({ cutOff: [sfu(third)] });
  await carriedBy('torn', 'the main SFU', pods => pods.join() === main);
  await endPool('split', 'torn');
});
