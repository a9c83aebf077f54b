import { eventually } from '@parley/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Pod } from './kinds.ts';
import { condition } from './runtime/index.ts';
import { World } from './test/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.start();
  world.startOperator();
});
afterAll(() => world?.[Symbol.asyncDispose]());

const base = { minimum: 2, maximum: 2, freeRooms: 0, drainSeconds: 1, turn: { replicas: 0 } };
const nodePorts = { from: 30_500, to: 30_520 };

interface Services {
  items: { metadata: { name: string }; spec: { ports: { nodePort: number }[] } }[];
}
const path = '/api/v1/namespaces/parley-system/services';
const services = async () => (await world.plane.client.call<Services>({ path })).items;
const podsOf = async (pool: string) =>
  (await world.driver.pods()).filter(({ metadata }) => metadata.labels['parley.dev/pool'] === pool);
const names = (objects: { metadata: { name: string } }[]) => objects.map(one => one.metadata.name).sort();

async function whole(pool: string): Promise<Pod[]> {
  return eventually('each pod to have its Service', async () => {
    const [pods, all] = [await podsOf(pool), await services()];
    return pods.length === 2 && String(names(pods)) === String(names(all)) && pods;
  });
}

test('a pool of NodePort has a Service per pod, also after a pod and the operator are lost', async () => {
  await world.applyPool('noded', { ...base, exposure: { type: 'NodePort', nodePorts } });
  const [lost] = await whole('noded');
  const ports = (await services()).flatMap(({ spec }) => spec.ports.map(({ nodePort }) => nodePort));
  expect(new Set(ports).size).toBe(4);
  expect(ports).toHaveLength(8);

  await world.stopOperator();
  await world.driver.deletePod(lost?.metadata.name ?? '');
  const stray = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'noded-sfu-never',
      namespace: 'parley-system',
      labels: {
        'app.kubernetes.io/part-of': 'parley',
        'parley.dev/pool': 'noded',
        'parley.dev/pod': 'noded-sfu-never',
      },
    },
    spec: { type: 'NodePort', ports: [{ port: 30_600, nodePort: 30_600, protocol: 'TCP' }] },
  };
  await world.plane.apply([stray] as never);
  world.startOperator();
  const now = await whole('noded');
  expect(names(now)).not.toContain(lost?.metadata.name);
});

test('the Services go with their pool', async () => {
  await world.deletePool('noded');
  await eventually('everything to be gone', async () => {
    return (await podsOf('noded')).length === 0 && (await services()).length === 0;
  });
});

test('a range that is used up is said, and is made use of once it is wider', async () => {
  const narrow = { type: 'HostPort', hostPorts: { from: 41_000, to: 41_002 } };
  await world.applyPool('narrow', { ...base, exposure: narrow });
  const message = await eventually('the condition', async () => {
    const { conditions } = (await world.pool('narrow')).status;
    const ready = condition(conditions, 'Ready');
    return ready?.reason === 'NoFreePorts' && ready.message;
  });
  expect(message).toBe('All node ports from 41000 to 41002 are taken: widen spec.exposure.hostPorts.');
  expect(await podsOf('narrow')).toHaveLength(1);

  await world.applyPool('narrow', {
    ...base,
    exposure: { ...narrow, hostPorts: { from: 41_000, to: 41_020 } },
  });
  await eventually('two pods', async () => (await world.pool('narrow')).status.readyPods === 2, 30_000);
}, 60_000);

test("the API server's own words stand in the condition of a pool whose template it refuses", async () => {
  const podTemplate = { spec: { priorityClassName: 'no-such-class' } };
  await world.applyPool('refused', { ...base, exposure: { type: 'PodNetwork' }, sfu: { podTemplate } });
  const ready = await eventually('the condition', async () => {
    const found = condition((await world.pool('refused')).status.conditions, 'Ready');
    return found?.reason === 'PodRefused' && found;
  });
  expect(ready.message).toContain('no PriorityClass with name no-such-class was found');
});
