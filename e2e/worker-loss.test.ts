import { eventually } from '@parley/testing';
import { expect, it } from 'vitest';
import { useFixture } from './fixture.ts';
import type { Person } from './person.ts';
import { Wire } from './wire.ts';
import { workerPids } from './workers.ts';

const { kube, makeRoom, join } = useFixture();
const patienceMs = 60_000;

/** A pool of one SFU whose two workers are full at once, so that two people are on different ones. */
const pool = {
  apiVersion: 'parley.dev/v1alpha1',
  kind: 'MediaPool',
  metadata: { name: 'crowded' },
  spec: {
    minimum: 1,
    maximum: 1,
    drainSeconds: 1,
    exposure: { type: 'HostPort' },
    sfu: {
      workers: 2,
      podTemplate: {
        spec: { containers: [{ name: 'sfu', env: [{ name: 'CONSUMERS_PER_WORKER', value: '1' }] }] },
      },
    },
  },
};

async function frames(person: Person): Promise<number> {
  const { received } = await person.stats();
  return received.reduce((sum, one) => sum + (one.source === 'camera' ? one.framesDecoded : 0), 0);
}

it('M8 kill -9 of a media worker: who was on it is back, and the others’ media are left alone', async () => {
  const room = 'halved';
  await kube.apply(pool);
  await kube('wait', 'mediapool/crowded', '--for=condition=Ready', '--timeout=40s');
  await makeRoom(room, { pool: 'crowded', topology: 'SFU' });
  const names = ['Ada', 'Grace'];
  const wires = names.map(() => new Wire());
  const people = await Promise.all(
    names.map(async (name, index) => {
      const [person] = await join(room, [name], { prepare: async page => wires[index]?.takeOver(page) });
      return person;
    }),
  );
  await Promise.all(people.map(person => person.seesAndHears(1)));
  const renewed = () => wires.filter(({ asked }) => asked.includes('renewMedia')).length;
  expect(renewed()).toBe(0);
  const workers = await workerPids(kube, 'crowded');
  expect(workers).toHaveLength(2);

  process.kill(workers[0] ?? 0, 'SIGKILL');
  await eventually('somebody to renew their media', () => renewed() > 0, patienceMs);
  for (const person of people) {
    await person.until('to be in', state => state.status === 'joined', patienceMs);
    const seen = await frames(person);
    await eventually('pictures to go on', async () => (await frames(person)) > seen, patienceMs);
    await person.seesAndHears(1, patienceMs);
  }
  expect(renewed()).toBe(1);
  await Promise.all(people.map(person => person.close()));
  await kube('delete', 'room', room);
  await kube('delete', 'mediapool', 'crowded');
}, 240_000);
