/** How the operator knows that an SFU is gone, and that one is not although it seems so. */
import { redisKeys } from '@parley/protocol';
import { eventually } from '@parley/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { World } from './test/world.ts';

let world: World;
const spec = { minimum: 2, maximum: 2, freeRooms: 0, drainSeconds: 60, turn: { replicas: 0 } };

beforeAll(async () => {
  world = await World.start();
  world.startOperator();
  await world.applyPool('default', spec);
  await world.applyRoom('demo');
});
afterAll(() => world[Symbol.asyncDispose]());

/** The pod that a room is on. */
const seat = async (room: string) => {
  const placement = await world.driver.placement(`default/${room}`);
  return placement?.state === 'ready' ? placement.sfu.pod : undefined;
};
const isNotOn = (room: string, pod: string) =>
  eventually(`${room} to be elsewhere`, async () => {
    const now = await seat(room);
    return now !== undefined && now !== pod && now;
  });

beforeEach(async () => {
  await world.roomWith('demo', 'Placed');
  await eventually('two SFUs', async () => (await world.pool('default')).status.readyPods === 2);
});

/** A room in which people are, which does not move without need. */
async function call(): Promise<string> {
  const pod = await seat('demo');
  if (pod === undefined) throw new Error('The room is nowhere.');
  await world.driver.people('default/demo', 2);
  return pod;
}

test('an SFU process that ends is known to be gone by its connection, though its lease goes on', async () => {
  const pod = await call();
  await world.driver.sfu(pod).crash();
  // Perhaps before the operator knows; a lease without end all the same.
  await world.driver.redis.persist(redisKeys.sfu(pod));
  await isNotOn('demo', pod);
  await world.driver.redis.del(redisKeys.sfu(pod));
  await world.driver.startSfu(pod);
});

test('one that does not reach Redis but answers keeps its rooms, and gets no others', async () => {
  const pod = await call();
  const sfu = world.driver.sfu(pod);
  await sfu.loseRedis();
  await eventually('it to be asked', () => sfu.asked > 2);
  expect(await seat('demo')).toBe(pod);
  await world.applyRoom('late');
  await world.roomWith('late', 'Placed');
  expect(await seat('late')).not.toBe(pod);

  await sfu.findRedis();
  expect(await seat('demo')).toBe(pod);
});

test('one that neither renews its lease nor answers is gone', async () => {
  const pod = await call();
  const sfu = world.driver.sfu(pod);
  sfu.answers = false;
  await sfu.loseRedis();
  await isNotOn('demo', pod);
  sfu.answers = true;
  await sfu.findRedis();
});
