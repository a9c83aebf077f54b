import { createInterface } from 'node:readline';
import { eventually } from '@parley/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { condition } from './runtime/index.ts';
import { CrashingFence } from './test/crashing-fence.ts';
import { World } from './test/world.ts';

const system = '/api/v1/namespaces/parley-system';
const lease = '/apis/coordination.k8s.io/v1/namespaces/parley-system/leases/parley-operator';

let world: World;
let lives = 0;

beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world[Symbol.asyncDispose]());

interface PodEvent {
  type: string;
  object: { metadata: { uid: string }; message?: string };
}

const podsVersion = async () =>
  (await world.plane.client.call<{ metadata: { resourceVersion: string } }>({ path: `${system}/pods` }))
    .metadata.resourceVersion;

/** How many pods were made since this version, as a watch tells again; a last pod marks its end. */
async function podsMadeSince(version: string): Promise<number> {
  const marker = await world.plane.client.call<PodEvent['object']>({
    method: 'POST',
    path: '/api/v1/namespaces/default/pods',
    body: { metadata: { name: `marker-${lives}` }, spec: { containers: [{ name: 'none', image: 'none' }] } },
  });
  const path = `/api/v1/pods?watch=true&resourceVersion=${version}`;
  const stream = await world.plane.client.open({ path });
  let made = 0;
  for await (const line of createInterface({ input: stream })) {
    const { type, object } = JSON.parse(line) as PodEvent;
    if (type === 'ERROR') throw new Error(object.message);
    if (object.metadata.uid === marker.metadata.uid) break;
    if (type === 'ADDED') made += 1;
  }
  stream.destroy();
  return made;
}

const list = async (path: string) =>
  (await world.plane.client.call<{ items: { metadata: { name: string } }[] }>({ path })).items.map(
    ({ metadata }) => metadata.name,
  );

/** What a pool and its rooms go through, from nothing to nothing. */
interface Life {
  pool: object;
  rooms: readonly object[];
  /** How many pods are made in all. */
  pods: number;
}

const lifeOfOwnPods: Life = {
  pool: {
    minimum: 1,
    maximum: 1,
    drainSeconds: 1,
    freeRooms: 0,
    exposure: { type: 'NodePort', nodePorts: { from: 30_500, to: 30_540 } },
    turn: { replicas: 1 },
  },
  rooms: [{ sfu: 'Dedicated', relay: 'Dedicated' }],
  pods: 3,
};

const lifeOfGrowth: Life = {
  pool: {
    minimum: 1,
    maximum: 2,
    drainSeconds: 1,
    freeRooms: 0,
    capacity: { roomsPerPod: 1 },
    turn: { replicas: 0 },
  },
  rooms: [{}, {}],
  pods: 2,
};

async function live({ pool, rooms, pods }: Life, name: string): Promise<void> {
  await world.applyPool(name, pool);
  for (const [index, room] of rooms.entries())
    await world.applyRoom(`${name}-${index}`, { pool: name, ...room });
  const made = await Promise.all(rooms.map((_, index) => world.roomWith(`${name}-${index}`, 'Placed')));
  for (const { metadata, status } of made) {
    const placement = await world.driver.placement(`default/${metadata.name}`);
    expect(placement).toMatchObject({ state: 'ready', uid: metadata.uid, sfu: { pod: status.sfus[0]?.pod } });
  }
  await eventually('exactly the pods that are wished, and the Services of SFUs', async () => {
    const names = await list(`${system}/pods`);
    const exposed = JSON.stringify(pool).includes('NodePort')
      ? names.filter(one => one.includes('-sfu-'))
      : [];
    return names.length === pods && String(await list(`${system}/services`)) === String(exposed);
  });
  await eventually('the pool to be ready', async () => {
    const { conditions, readyPods } = (await world.pool(name)).status;
    return readyPods === rooms.length && condition(conditions, 'Ready')?.status === 'True';
  });

  for (const { metadata } of made) await world.deleteRoom(metadata.name);
  for (const { metadata } of made) {
    await eventually('the room to go', () => world.roomIsGone(metadata.name));
    await eventually('the placement to end', async () => {
      const ended = await world.driver.placement(`default/${metadata.name}`);
      return ended?.state === 'ended' && ended.uid === metadata.uid;
    });
  }
  await eventually('as few pods as there may be', async () => {
    const names = await list(`${system}/pods`);
    return names.filter(one => one.includes('-sfu-')).length === 1;
  });
  await world.deletePool(name);
  await eventually(
    'the pool to go',
    async () => (await list('/apis/parley.dev/v1alpha1/mediapools')).length === 0,
  );
  await eventually('pods and Services to go', async () => {
    const left = [await list(`${system}/pods`), await list(`${system}/services`)];
    return left.flat().length === 0;
  });
}

/** Lives a whole life with an operator that dies after so many writes, if it makes so many, and another after it. */
async function liveThroughCrash(life: Life, after: number): Promise<CrashingFence> {
  lives += 1;
  const fence = new CrashingFence(after);
  const version = await podsVersion();
  world.startOperator({ fence });
  const replaced = fence.crashed.then(async () => {
    await world.stopOperator();
    // It would run out; nobody waits for that here.
    await world.plane.client.call({ method: 'DELETE', path: lease });
    world.startOperator();
  });
  await live(life, `life-${lives}`);
  if (fence.isCrashed) await replaced;
  await world.stopOperator();
  expect(await podsMadeSince(version), 'pods that were ever made').toBe(life.pods);
  return fence;
}

test.each([
  ['of a room with an SFU and a relay of its own', lifeOfOwnPods],
  ['of a pool that grows and shrinks', lifeOfGrowth],
])(
  'after a crash at any write in the life %s, the next operator brings it to the same end',
  async (what, life) => {
    const whole = await liveThroughCrash(life, Number.POSITIVE_INFINITY);
    expect(whole.isCrashed).toBe(false);
    for (let after = 1; ; after += 1) {
      const fence = await liveThroughCrash(life, after).catch((error: unknown) => {
        throw new Error(`The operator that crashed after write ${after} left something undone.`, {
          cause: error,
        });
      });
      if (fence.isCrashed) continue;
      console.info(`Life ${what}: ${whole.writes} writes, and a crash after each of ${after - 1}.`);
      expect(after).toBeGreaterThan(20);
      return;
    }
  },
  240_000,
);
