import { controlApi } from '@parley/protocol';
import { eventually } from '@parley/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useFixture } from './fixture.ts';
import { paintedBy, watchPainting } from './painted.ts';
import type { Person } from './person.ts';

const { kube, stack, makeRoom, join } = useFixture();

describe('in a call of two', () => {
  const room = 'faulty';
  let people: Person[];

  beforeEach(async () => {
    await makeRoom(room, { topology: 'SFU' });
    people = [...(await join(room, ['Ada', 'Grace']))];
    await Promise.all(people.map(person => person.seesAndHears(1)));
  });
  afterEach(async () => {
    await Promise.all(people.map(person => person.close()));
    await kube('delete', 'room', room, '--ignore-not-found');
  });

  it('kubectl delete room tells everyone that the meeting ended, and everything of it goes within 5 s', async () => {
    const uid = await kube('get', 'room', room, '-o', 'jsonpath={.metadata.uid}');
    expect(await roomsOnSfu()).toContain(uid);
    const began = performance.now();
    await kube('delete', 'room', room, '--timeout=5s');
    await Promise.all(
      people.map(person =>
        person.until('to be told', state => state.status === 'ended' && state.reason === 'room_ended', 5_000),
      ),
    );
    await people[0]?.page.getByText(/ended/i).first().waitFor();
    await eventually('its router to be gone', async () => !(await roomsOnSfu()).includes(uid), 5_000);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('kill -9 of the SFU process: Ready again, and everyone sees everyone again within 10 s', async () => {
    await Promise.all(people.map(({ page }) => watchPainting(page)));
    const began = performance.now();
    process.kill(await containerPid('app.kubernetes.io/component=sfu'), 'SIGKILL');
    const isBack = async ({ page }: Person) => {
      // It may last shorter than it takes to look.
      const { states } = await paintedBy(page);
      return states.includes('reconnecting') && states.at(-1) === 'joined';
    };
    await Promise.all(
      people.map(person => eventually(`${person.name} to be back`, () => isBack(person), 10_000)),
    );
    await Promise.all(people.map(person => person.seesAndHears(1, 10_000)));
    expect(performance.now() - began).toBeLessThan(10_000);
    await kube('wait', `room/${room}`, '--for=condition=Ready', '--timeout=5s');
  });

  it('kill -9 of a signaling replica: its people resume on the other, media never stops', async () => {
    process.kill(await containerPid('app.kubernetes.io/component=signaling'), 'SIGKILL');
    await Promise.all(people.map(person => person.seesAndHears(1)));
    await Promise.all(people.map(person => person.until('to be in', state => state.status === 'joined')));
    for (const person of people) {
      await eventually('nobody to be lost or doubled', async () => {
        const others = await person.others();
        return others.length === 1 && others[0]?.connected;
      });
    }
  });

  it('kill -9 of Redis: the pictures go on, and joins work again when it is back', async () => {
    process.kill(await containerPid('app.kubernetes.io/component=redis'), 'SIGKILL');
    const [[joan]] = await Promise.all([
      join(room, ['Joan']),
      ...people.map(person => person.seesAndHears(1)),
    ]);
    people.push(joan);
    await joan.seesAndHears(2);
  });
});

/** The process of the first container with this label. */
async function containerPid(selector: string): Promise<number> {
  const id = await kube(
    'get',
    'pods',
    '-n',
    'parley-system',
    '-l',
    selector,
    '-o',
    'jsonpath={.items[0].status.containerStatuses[0].containerID}',
  );
  const pid = Number(/:\/\/(\d+)/.exec(id)?.[1]);
  if (!Number.isInteger(pid)) throw new Error(`No process id in the container id "${id}".`);
  return pid;
}

/** The uids of the rooms that have a router on the SFU, by its control API. */
async function roomsOnSfu(): Promise<string[]> {
  const [sfu] = stack.prometheusTargets.filter(target => target.labels.component === 'sfu');
  const token = await kube(
    'get',
    'secret',
    'parley',
    '-n',
    'parley-system',
    '-o',
    'jsonpath={.data.control-token}',
  );
  const response = await fetch(`http://${sfu?.targets[0]}${controlApi.describe.path}`, {
    headers: { authorization: `Bearer ${Buffer.from(token, 'base64')}` },
  });
  const { rooms } = controlApi.describe.response.parse(await response.json());
  return rooms.map(({ room }) => room);
}
