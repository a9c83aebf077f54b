import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { locateTool } from '@parley/setup';
import { eventually } from '@parley/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { isTerminating, labels, type Pod, podPool, podRole } from './kinds.ts';
import { condition } from './runtime/index.ts';
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

const lean = { minimum: 1, maximum: 3, freeRooms: 0, turn: { replicas: 0 } };
const merge = 'application/merge-patch+json';

const podsOf = async (pool: string) => (await world.driver.pods()).filter(pod => podPool(pod) === pool);
const staying = async (pool: string) => (await podsOf(pool)).filter(pod => !isTerminating(pod));
const podNames = (pods: Pod[]) => pods.map(pod => pod.metadata.name).sort();

/** The pool once it has so many ready SFU pods and no others. */
const settled = (pool: string, ready: number) =>
  eventually(`${ready} SFU pods of ${pool}`, async () => {
    const { status } = await world.pool(pool);
    const sfus = (await podsOf(pool)).filter(pod => podRole(pod) === 'sfu');
    return status.readyPods === ready && sfus.length === ready && status.pods === ready;
  });

const seatOf = async (room: string) => (await world.roomWith(room, 'Placed')).status.sfus[0]?.pod ?? '';
const poolGone = (pool: string) =>
  eventually(`pool ${pool} to go`, async () =>
    world.pool(pool).then(
      () => false,
      () => true,
    ),
  );

/** Returns when the operator knows of them: a status shows them at most every 10 s. */
async function peopleIn(room: string, count: number): Promise<void> {
  await world.driver.people(`default/${room}`, count);
  const seen = async () => (await world.room(room)).status.participants === count;
  await eventually(`${count} people in ${room}`, seen, 15_000);
}

async function endPool(pool: string, ...rooms: string[]): Promise<void> {
  for (const room of rooms) await world.deleteRoom(room);
  await world.deletePool(pool);
  await poolGone(pool);
}

describe('how many pods', () => {
  test('kubectl scale says how many pods there are at least, and finds them', async () => {
    const kubectl = async (...args: string[]) => {
      const command = [`--kubeconfig=${world.plane.kubeconfig}`, ...args];
      return (await promisify(execFile)(locateTool('kubectl'), command)).stdout;
    };
    await world.applyPool('scaled', { ...lean, maximum: 5 });
    await settled('scaled', 1);
    await kubectl('scale', 'mediapool', 'scaled', '--replicas=3');
    await settled('scaled', 3);
    const selector = await kubectl('get', 'mediapool', 'scaled', '-o', 'jsonpath={.status.selector}');
    expect(selector).toBe('parley.dev/pool=scaled,app.kubernetes.io/component=sfu');
    const found = await kubectl('get', 'pods', '-n', 'parley-system', '-l', selector, '-o', 'name');
    expect(found.trim().split('\n')).toHaveLength(3);
    const scale = JSON.parse(
      await kubectl('get', '--raw', '/apis/parley.dev/v1alpha1/mediapools/scaled/scale'),
    );
    expect(scale).toMatchObject({ spec: { replicas: 3 }, status: { replicas: 3, selector } });
    await kubectl('scale', 'mediapool', 'scaled', '--replicas=1');
    await settled('scaled', 1);
    await endPool('scaled');
  });

  test('a dedicated room has a pod for itself, which is made for it', async () => {
    await world.applyPool('own', lean);
    await world.applyRoom('shared', { pool: 'own' });
    const shared = await seatOf('shared');
    await world.applyRoom('alone', { pool: 'own', sfu: 'Dedicated' });
    await world.applyRoom('lonely', { pool: 'own', sfu: 'Dedicated' });
    const seats = [shared, await seatOf('alone'), await seatOf('lonely')];
    expect(new Set(seats).size).toBe(3);
    await world.applyRoom('another', { pool: 'own', sfu: 'Dedicated' });
    expect(
      condition((await world.roomWith('another', 'PoolFull')).status.conditions, 'Ready')?.message,
    ).toContain('is empty (pods: 3), as a dedicated room needs it');
    await world.deleteRoom('lonely');
    expect(await seatOf('another')).toBe(seats[2]);
    await endPool('own', 'shared', 'alone', 'another');
  });

  test('pods that are too many go, the emptiest first, and people take their rooms along', async () => {
    await world.applyPool('wide', { ...lean, minimum: 3, placement: 'Spread' });
    await settled('wide', 3);
    const [crowd, few, none] = ['crowd', 'few', 'none'];
    for (const room of [crowd, few, none]) {
      await world.applyRoom(room, { pool: 'wide' });
      await seatOf(room);
    }
    const seats = [await seatOf(crowd), await seatOf(few), await seatOf(none)];
    expect(new Set(seats).size).toBe(3);
    for (const [room, count] of [
      [crowd, 3],
      [few, 1],
    ] as const) {
      await peopleIn(room, count);
    }

    await world.applyPool('wide', { ...lean, minimum: 1, placement: 'Spread' });
    await settled('wide', 1);
    expect(podNames(await podsOf('wide'))).toEqual([seats[0]]);
    for (const room of [crowd, few, none]) {
      await eventually(`${room} to be there`, async () => (await seatOf(room)) === seats[0]);
    }
    await eventually('the events', async () => (await world.events(few)).RoomMoving === 1);
    expect((await world.events(crowd)).RoomMoving).toBeUndefined();
    expect((await world.events(none)).RoomMoving).toBeUndefined();
    await endPool('wide', crowd, few, none);
  });
});

describe('roll-out', () => {
  test('exchanges a pod at a time, gives new rooms to new pods and moves the others with their people', async () => {
    const spec = { ...lean, minimum: 2, placement: 'Spread', turn: { replicas: 1 } };
    await world.applyPool('rolling', spec);
    await settled('rolling', 2);
    const old = podNames(await podsOf('rolling'));
    await world.poolWith('rolling', 'UpToDate', 'AllPodsUpdated');
    for (const room of ['busy', 'calm']) await world.applyRoom(room, { pool: 'rolling' });
    const seats = { busy: await seatOf('busy'), calm: await seatOf('calm') };
    expect(seats.busy).not.toBe(seats.calm);
    await peopleIn('busy', 2);

    world.driver.lingers = true;
    let most = 0;
    const watched = eventually(
      'all pods to be exchanged',
      async () => {
        const sfus = (await podsOf('rolling')).filter(pod => podRole(pod) === 'sfu');
        most = Math.max(most, sfus.length);
        return sfus.every(pod => !old.includes(pod.metadata.name)) && sfus.length === 2;
      },
      20_000,
    );
    await world.applyPool('rolling', {
      ...spec,
      sfu: { image: 'parley/sfu-node:next' },
      turn: { replicas: 1, image: 'x' },
    });
    const rolling = await eventually('the first to drain', async () => {
      const pool = await world.pool('rolling');
      return pool.status.drainingPods === 1 && pool;
    });
    expect(condition(rolling.status.conditions, 'UpToDate')).toMatchObject({
      status: 'False',
      reason: 'RollingOut',
    });
    expect(condition(rolling.status.conditions, 'Ready')?.status).toBe('True');
    // The emptiest went first, and its room without people moved to a new pod.
    const [draining] = (await podsOf('rolling')).filter(pod => isTerminating(pod) && podRole(pod) === 'sfu');
    expect(draining?.metadata.name).toBe(seats.calm);
    await eventually('the room to move', async () => !old.includes(await seatOf('calm')));
    await world.applyRoom('fresh', { pool: 'rolling' });
    expect(old).not.toContain(await seatOf('fresh'));

    world.driver.lingers = false;
    await eventually(
      'the first to be gone',
      async () => !podNames(await podsOf('rolling')).includes(seats.calm),
    );
    world.driver.lingers = true;
    await eventually('the second to drain', async () =>
      (await podsOf('rolling')).some(pod => pod.metadata.name === seats.busy && isTerminating(pod)),
    );
    await eventually('the room to move with its people', async () => !old.includes(await seatOf('busy')));
    expect((await world.room('busy')).status.participants).toBe(2);
    world.driver.lingers = false;
    await watched;
    expect(most).toBe(3);
    const done = await world.poolWith('rolling', 'UpToDate', 'AllPodsUpdated');
    expect(done.status).toMatchObject({ updatedPods: 2, pods: 2 });
    expect(podNames(await staying('rolling')).some(name => old.includes(name))).toBe(false);
    await eventually('the events', async () => {
      const events = await world.events('rolling');
      return events.RolloutStarted === 1 && events.RolloutFinished === 1;
    });
    await endPool('rolling', 'busy', 'calm', 'fresh');
  });

  test('a change that touches no pod exchanges none', async () => {
    await world.applyPool('still', lean);
    await settled('still', 1);
    const before = podNames(await podsOf('still'));
    await world.applyPool('still', { ...lean, maximum: 7, placement: 'Spread', rollout: { maxSurge: 3 } });
    await eventually('the change to be seen', async () => {
      const { metadata, status } = await world.pool('still');
      return status.observedGeneration === metadata.generation;
    });
    expect(podNames(await podsOf('still'))).toEqual(before);
    await endPool('still');
  });
});

describe('pods that the API server refuses', () => {
  test('a template that makes no pod: the pool says why, and its pods stay', async () => {
    await world.applyPool('picky', lean);
    await settled('picky', 1);
    const before = podNames(await podsOf('picky'));
    const podTemplate = { spec: { tolerations: [{ operator: 'Sometimes' }] } };
    await world.applyPool('picky', { ...lean, sfu: { podTemplate } });
    const refused = await world.poolWith('picky', 'UpToDate', 'PodRefused');
    expect(condition(refused.status.conditions, 'UpToDate')?.message).toMatch(/tolerations.*Sometimes/);
    expect(condition(refused.status.conditions, 'Ready')).toMatchObject({
      status: 'True',
      reason: 'PodsReady',
    });
    expect(podNames(await podsOf('picky'))).toEqual(before);
    // Other rooms are not held up.
    await world.applyRoom('patient', { pool: 'picky' });
    expect(await seatOf('patient')).toBe(before[0]);
    await eventually('the event', async () => (await world.events('picky')).PodRefused !== undefined);

    const path = '/apis/parley.dev/v1alpha1/mediapools/picky';
    const body = { spec: { sfu: { podTemplate: { spec: null } } } };
    await world.plane.client.call({ method: 'PATCH', path, body, contentType: merge });
    await world.poolWith('picky', 'UpToDate', 'AllPodsUpdated');
    await endPool('picky', 'patient');
  });

  test('a quota: the pool says so, asks less and less often, and goes on once there is space', async () => {
    const quota = { hard: { pods: '0' } };
    const path = '/api/v1/namespaces/parley-system/resourcequotas';
    const body = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'tight' }, spec: quota };
    await world.plane.client.call({ method: 'POST', path, body });
    // Nobody counts here but the admission itself.
    const status = { ...quota, used: { pods: '0' } };
    await world.plane.client.call({
      method: 'PATCH',
      path: `${path}/tight/status`,
      body: { status },
      contentType: merge,
    });
    await world.applyPool('broke', lean);
    const broke = await world.poolWith('broke', 'Ready', 'PodRefused');
    expect(condition(broke.status.conditions, 'Ready')).toMatchObject({
      status: 'False',
      message: expect.stringContaining('exceeded quota: tight'),
    });
    await world.plane.client.call({ method: 'DELETE', path: `${path}/tight` });
    await settled('broke', 1);
    await world.poolWith('broke', 'Ready', 'PodsReady');
    await endPool('broke');
  });
});

test('a pool that is deleted stays until people have finished their calls', async () => {
  await world.applyPool('ending', { ...lean, minimum: 2, turn: { replicas: 1 } });
  await settled('ending', 2);
  for (const room of ['talking', 'silent']) await world.applyRoom(room, { pool: 'ending' });
  const seat = await seatOf('talking');
  await seatOf('silent');
  await peopleIn('talking', 2);
  world.driver.lingers = true;
  await world.deletePool('ending');
  const ending = await world.poolWith('ending', 'Ready', 'Ending');
  expect(condition(ending.status.conditions, 'Ready')?.message).toContain('people may finish their calls');
  await world.roomWith('silent', 'PoolNotReady');
  await eventually('all to drain', async () => (await podsOf('ending')).every(isTerminating));
  expect(await seatOf('talking')).toBe(seat);
  expect((await world.pool('ending')).metadata.finalizers).toContain('parley.dev/pool');

  await world.driver.people('default/talking', 0);
  await world.roomWith('talking', 'PoolNotReady');
  world.driver.lingers = false;
  await poolGone('ending');
  expect(await podsOf('ending')).toEqual([]);
  await world.roomWith('talking', 'PoolNotFound');
  for (const room of ['talking', 'silent']) await world.deleteRoom(room);
});

test('a pod of others that has the pool as a label, as its canary does, is left alone', async () => {
  await world.applyPool('watched', lean);
  await settled('watched', 1);
  const canary = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'parley-canary-watched',
      namespace: 'parley-system',
      labels: {
        [labels.partOf]: 'parley',
        [labels.component]: 'canary',
        [labels.pool]: 'watched',
      },
    },
    spec: { containers: [{ name: 'canary', image: 'parley/canary:test' }] },
  };
  await world.plane.apply([canary]);
  const { uid } = (await podsOf('watched')).find(pod => podRole(pod) === 'canary')?.metadata ?? {};
  await endPool('watched');
  const left = await podsOf('watched');
  expect(podNames(left)).toEqual(['parley-canary-watched']);
  expect(left[0]?.metadata).toMatchObject({ uid, annotations: {} });
  await world.driver.deletePod('parley-canary-watched');
});
