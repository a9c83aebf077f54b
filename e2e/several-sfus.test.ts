import { eventually } from '@parley/testing';
import { expect, it } from 'vitest';
import { useFixture } from './fixture.ts';
import { scrape } from './metrics.ts';
import type { Person } from './person.ts';

const { kube, makeRoom, join } = useFixture();

const name = 'large';
/** SFUs that are nearly full with the four tracks that two people see and hear of each other. */
const pool = {
  minimum: 2,
  maximum: 2,
  exposure: { type: 'PodNetwork' },
  turn: { replicas: 0 },
  sfu: {
    workers: 1,
    podTemplate: {
      spec: { containers: [{ name: 'sfu', env: [{ name: 'CONSUMERS_PER_WORKER', value: '5' }] }] },
    },
  },
};

const status = (field: string) => kube('get', 'room', name, '-o', `jsonpath={.status.${field}}`);
const sfus = async () => (await status('sfus[*].pod')).split(' ').filter(pod => pod !== '');
const pipesTo = async (pod: string) => {
  const path = '{.status.podIP}:{.spec.containers[0].ports[?(@.name=="control")].containerPort}';
  const address = await kube('get', 'pod', pod, '-n', 'parley-system', '-o', `jsonpath=${path}`);
  return scrape(address, 'parley_sfu_peer_pipes');
};

it('V9 V10 a room goes on on a second SFU before its first is full, people there see all others, and move when it goes', async () => {
  await makePoolOf(pool);
  await makeRoom(name, { pool: name, topology: 'SFU' });
  const first = await join(name, ['Ada', 'Grace']);
  await Promise.all(first.map(person => person.seesAndHears(1)));
  const [main, further = ''] = await eventually('the room to be on two SFUs', async () => {
    const pods = await sfus();
    return pods.length === 2 && pods;
  });

  const [edsger] = await join(name, ['Edsger']);
  const people = [...first, edsger];
  await Promise.all(people.map(person => person.seesAndHears(2)));
  // The two who were there send him sound and pictures over pipes, and he them.
  for (const pod of [main ?? '', further]) expect(await pipesTo(pod)).toBeGreaterThanOrEqual(6);

  await kube('delete', 'pod', further, '-n', 'parley-system', '--wait=false');
  const third = await eventually(
    'another SFU in its place',
    async () => (await sfus()).find(pod => pod !== main && pod !== further),
    40_000,
  );
  await eventually('the move to be over', async () => (await status('movingFrom')) === '', 60_000);
  await kube('wait', `pod/${further}`, '-n', 'parley-system', '--for=delete', '--timeout=50s');
  await Promise.all(people.map(seesAndHearsAnew));
  expect(await sfus()).toEqual([main, third]);
  expect(await pipesTo(third)).toBeGreaterThanOrEqual(6);
  for (const person of people) expect(await person.state()).toEqual({ status: 'joined' });

  await Promise.all(people.map(person => person.close()));
  await kube('delete', `room/${name}`);
  await kube('delete', `mediapool/${name}`);
}, 240_000);

/** What is counted begins anew with the new media: who looked just before that looks again. */
function seesAndHearsAnew(person: Person): Promise<unknown> {
  const looks = () => person.seesAndHears(2, 5_000).catch(() => undefined);
  return eventually(`${person.name} to see and hear both others after the move`, looks, 60_000);
}

async function makePoolOf(spec: object): Promise<void> {
  await kube.apply({ apiVersion: 'parley.dev/v1alpha1', kind: 'MediaPool', metadata: { name }, spec });
  await kube('wait', `mediapool/${name}`, '--for=condition=Ready', '--timeout=60s');
}
