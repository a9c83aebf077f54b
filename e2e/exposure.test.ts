import { MediaPool } from '@parley/resources';
import { eventually } from '@parley/testing';
import { describe, expect, it } from 'vitest';
import { useFixture } from './fixture.ts';

const { kube, makeRoom, join } = useFixture();

/** Makes a pool of one SFU and waits until it is whole. */
async function makePool(name: string, exposure: object, turn: object): Promise<MediaPool> {
  const spec = { minimum: 1, maximum: 1, drainSeconds: 1, exposure, sfu: { workers: 1 }, turn };
  await kube.apply(poolManifest(name, spec));
  await kube('wait', `mediapool/${name}`, '--for=condition=Ready', '--timeout=40s');
  return readPool(name);
}

const poolManifest = (name: string, spec: object) => ({
  apiVersion: 'parley.dev/v1alpha1',
  kind: 'MediaPool',
  metadata: { name },
  spec,
});

const readPool = async (name: string) =>
  MediaPool.parse(JSON.parse(await kube('get', 'mediapool', name, '-o', 'json')));

const nodeAddress = () =>
  kube('get', 'nodes', '-o', 'jsonpath={.items[0].status.addresses[?(@.type=="InternalIP")].address}');

describe('a pool whose SFUs only relays reach', () => {
  it('has calls in which everybody uses a relay without having asked for one', async () => {
    const pool = await makePool(
      'hidden',
      { type: 'TurnOnly' },
      { port: 3480, extraArgs: ['--allow-loopback-peers'] },
    );
    const node = await nodeAddress();
    expect(pool.status.endpoints).toMatchObject([
      { role: 'sfu', source: 'Pod' },
      { role: 'turn', source: 'InternalIP', addresses: [node], ports: [3480] },
    ]);

    // Another relay wants the same port of the same node.
    await kube.apply(poolManifest('clashing', { minimum: 0, freeRooms: 0, turn: { port: 3480 } }));
    await eventually('the pool to say that the port is taken', async () => {
      const { conditions } = (await readPool('clashing')).status;
      return conditions.find(({ type }) => type === 'Ready')?.message.includes('host port 3480');
    });
    await kube('delete', 'mediapool/clashing');

    await makeRoom('hidden', { pool: 'hidden' });
    const people = await join('hidden', ['Ada', 'Grace']);
    for (const person of people) {
      const { paths } = await person.seesAndHears(1);
      for (const path of paths) expect(path).toMatchObject({ local: 'relay' });
    }
    await Promise.all(people.map(person => person.close()));
    await kube('delete', 'room/hidden', 'mediapool/hidden');
  }, 90_000);
});

describe.each([
  ['HostPort', 40_000, 40_999],
  ['HostNetwork', 40_000, 40_999],
  ['NodePort', 30_000, 32_767],
])('a pool that is exposed by %s', (type, from, to) => {
  it('is reached at the address of its node', async () => {
    const name = type.toLowerCase();
    const pool = await makePool(name, { type }, { replicas: 0 });
    const [endpoint] = pool.status.endpoints;
    expect(endpoint).toMatchObject({ role: 'sfu', source: 'InternalIP', addresses: [await nodeAddress()] });
    expect(endpoint?.ports.every(port => port >= from && port <= to)).toBe(true);

    await makeRoom(name, { pool: name, topology: 'SFU' });
    const people = await join(name, ['Ada', 'Grace'], { camera: false });
    for (const person of people) {
      await eventually(`${person.name} to have a path each way`, async () => {
        const { paths } = await person.stats();
        return paths.length === 2 && paths.every(({ remote }) => remote === 'host');
      });
    }
    await Promise.all(people.map(person => person.close()));
    await kube('delete', `room/${name}`, `mediapool/${name}`);
  }, 60_000);
});
