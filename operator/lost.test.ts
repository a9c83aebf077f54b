import { eventually } from '@parley/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { isReady, isTerminating, type Pod, podRole } from './kinds.ts';
import { condition } from './runtime/index.ts';
import { World } from './test/world.ts';

let world: World;

const spec = { minimum: 2, maximum: 3, freeRooms: 0, drainSeconds: 60, turn: { replicas: 1 } };

beforeAll(async () => {
  world = await World.start();
  for (const node of ['a', 'b']) await world.driver.nodes.add(node);
  world.startOperator({ environment: { STUCK_POD_SECONDS: '4' } });
  await world.applyPool('default', spec);
  await whole();
  await world.applyRoom('demo');
  await world.roomWith('demo', 'Placed');
});
afterAll(() => world[Symbol.asyncDispose]());
afterEach(() => {
  world.driver.lingers = false;
  world.driver.registers = true;
  world.driver.starts = true;
});

const sfus = (pods: Pod[]) => pods.filter(pod => podRole(pod) === 'sfu');
const on = (pods: Pod[], node: string) => pods.filter(pod => pod.spec.nodeName === node);
const names = (pods: Pod[]) => pods.map(pod => pod.metadata.name).sort();

/** The pods once there are as many as there should be, and all of them work. */
const whole = () =>
  eventually(
    'the pool to be whole',
    async () => {
      const { status } = await world.pool('default');
      const pods = await world.driver.pods();
      const right =
        sfus(pods).length === 2 &&
        pods.length === 3 &&
        pods.every(pod => isReady(pod) && !isTerminating(pod));
      return right && status.readyPods === 2 && status.readyRelays === 1 && pods;
    },
    20_000,
  );

/** Where the room is, once that is one of these pods. */
const seatAmong = (pods: string[]) =>
  eventually('the room to have a place', async () => {
    const placement = await world.driver.placement('default/demo');
    return placement?.state === 'ready' && pods.includes(placement.sfu.pod) && placement.sfu.pod;
  });

test.each(['sfu', 'turn'])('a pod that has failed is replaced: %s', async role => {
  const pod = (await whole()).find(one => podRole(one) === role);
  const name = pod?.metadata.name ?? '';
  await world.driver.fail(name, 'Evicted');
  const pods = await eventually('another pod', async () => {
    const now = await world.driver.pods();
    return now.every(one => one.metadata.name !== name) && now.length === 3 && now;
  });
  await whole();
  await seatAmong(names(sfus(pods)));
  await eventually('the event', async () => ((await world.events('default')).PodLost ?? 0) > 0);
});

test('a node that is gone takes its pods with it, also those that were going', async () => {
  const before = await whole();
  const lost = names(on(before, 'b'));
  expect(lost.length).toBeGreaterThan(0);
  world.driver.lingers = true;
  const going = lost[0] ?? '';
  await world.plane.client.call({ method: 'DELETE', path: `/api/v1/namespaces/parley-system/pods/${going}` });
  await eventually('it to be going', async () =>
    (await world.driver.pods()).some(pod => pod.metadata.name === going && isTerminating(pod)),
  );
  await world.driver.loseNode('b', 'gone');
  await eventually('its pods to be gone', async () =>
    names(await world.driver.pods()).every(name => !lost.includes(name)),
  );
  world.driver.lingers = false;
  const after = await whole();
  expect(on(after, 'a')).toHaveLength(3);
  await seatAmong(names(sfus(after)));
  await world.driver.nodes.add('c');
});

test('a node that falls silent is replaced at once, and when it comes back what is too much goes', async () => {
  const before = await whole();
  const room = await seatAmong(names(sfus(before)));
  await world.driver.people('default/demo', 2);
  const silent = before.find(pod => pod.metadata.name === room)?.spec.nodeName ?? '';
  const lost = names(on(sfus(before), silent));
  await world.driver.loseNode(silent, 'silent');
  const instead = await eventually('others in their place', async () => {
    const { status } = await world.pool('default');
    const others = names(sfus(await world.driver.pods())).filter(name => !lost.includes(name));
    return status.readyPods === 2 && others.length === 2 && others;
  });
  await seatAmong(instead);
  // Nobody can say that they have ended: they are still there.
  expect(names(await world.driver.pods())).toEqual(expect.arrayContaining(lost));
  await world.driver.people('default/demo', 0);
  await world.driver.bringBack(silent);
  await whole();
});

test('a cordoned node loses its pods once others serve in their place', async () => {
  const before = await whole();
  const node = on(sfus(before), 'a').length > 0 ? 'a' : 'c';
  const there = on(before, node);
  let fewest = 2;
  await world.driver.nodes.set(node, { cordoned: true });
  await eventually(
    'the node to be empty',
    async () => {
      const pods = await world.driver.pods();
      fewest = Math.min(fewest, sfus(pods).filter(pod => isReady(pod) && !isTerminating(pod)).length);
      return on(pods, node).length === 0;
    },
    20_000,
  );
  expect(fewest).toBe(2);
  const after = await whole();
  expect(names(after)).not.toEqual(expect.arrayContaining(names(there)));
  await seatAmong(names(sfus(after)));
  await eventually('the reason', async () => ((await world.events('default')).PodRemoved ?? 0) > 0);
});

test('a pod that the cluster has no place for waits, and the pool says so', async () => {
  await whole();
  for (const node of ['a', 'c']) await world.driver.nodes.set(node, { cordoned: true });
  const [pod] = sfus(await world.driver.pods());
  await world.driver.deletePod(pod?.metadata.name ?? '');
  await eventually('the condition', async () => {
    const ready = condition((await world.pool('default')).status.conditions, 'Ready');
    return ready?.status === 'False' && ready.message.includes('nodes are available');
  });
  for (const node of ['a', 'c']) await world.driver.nodes.set(node, { cordoned: false });
  await whole();
});

test('a pod that does not start on its node is replaced', async () => {
  await whole();
  world.driver.starts = false;
  const [pod] = sfus(await world.driver.pods());
  const gone = pod?.metadata.name ?? '';
  await world.driver.deletePod(gone);
  const stuck = await eventually('a pod that does not start', async () =>
    sfus(await world.driver.pods()).find(one => !isReady(one) && one.spec.nodeName !== undefined),
  );
  await eventually(
    'it to be replaced',
    async () => !names(await world.driver.pods()).includes(stuck.metadata.name),
  );
  world.driver.starts = true;
  await whole();
});

test('a roll-out whose new pods do not serve stops, says so, and is taken back', async () => {
  const before = await whole();
  world.driver.registers = false;
  await world.applyPool('default', { ...spec, sfu: { image: 'broken' } });
  const stuck = await world.poolWith('default', 'UpToDate', 'RolloutStuck');
  expect(condition(stuck.status.conditions, 'Ready')?.status).toBe('True');
  expect(names(await world.driver.pods())).toEqual(expect.arrayContaining(names(sfus(before))));
  await eventually('the event', async () => (await world.events('default')).RolloutStuck === 1);
  world.driver.registers = true;
  await world.applyPool('default', spec);
  await world.poolWith('default', 'UpToDate', 'AllPodsUpdated');
  expect(names(sfus(await whole()))).toEqual(names(sfus(before)));
});
