import { eventually } from '@parley/testing';
import { expect, it } from 'vitest';
import { useFixture } from './fixture.ts';
import { gapsMs, paintedBy, watchPainting } from './painted.ts';

const { kube, makeRoom, join } = useFixture();

const name = 'moving';
const pool = {
  apiVersion: 'parley.dev/v1alpha1',
  kind: 'MediaPool',
  metadata: { name },
  spec: {
    minimum: 2,
    maximum: 3,
    exposure: { type: 'PodNetwork' },
    sfu: { workers: 1 },
    turn: { replicas: 0 },
  },
};

const sfuOfRoom = () => kube('get', 'room', name, '-o', 'jsonpath={.status.sfus[0].pod}');
const movingFrom = () => kube('get', 'room', name, '-o', 'jsonpath={.status.movingFrom}');
const reasons = async () =>
  (
    await kube(
      ...['get', 'events', '--field-selector', `involvedObject.name=${name}`],
      ...['-o', 'jsonpath={.items[*].reason}'],
    )
  ).split(' ');

it('kubectl delete pod of the SFU of a call: both go on seeing and hearing each other, and the pod goes', async () => {
  await kube.apply(pool);
  await kube('wait', `mediapool/${name}`, '--for=condition=Ready', '--timeout=60s');
  await makeRoom(name, { pool: name, topology: 'SFU' });
  const people = await join(name, ['Ada', 'Grace']);
  await Promise.all(people.map(person => person.seesAndHears(1)));
  await Promise.all(people.map(({ page }) => watchPainting(page)));
  const before = await sfuOfRoom();

  await kube('delete', 'pod', before, '-n', 'parley-system', '--wait=false');
  await eventually('the room to be placed elsewhere', async () => (await sfuOfRoom()) !== before, 30_000);
  await eventually('the move to be over', async () => (await movingFrom()) === '', 60_000);
  // It goes long before its grace of nine minutes ends.
  await kube('wait', `pod/${before}`, '-n', 'parley-system', '--for=delete', '--timeout=50s');

  for (const person of people) {
    await person.seesAndHears(1);
    const then = await paintedBy(person.page);
    const painted = await eventually(`${person.name} to see new frames`, async () => {
      const now = await paintedBy(person.page);
      return now.times.length > then.times.length && now;
    });
    expect(painted.states).toEqual(['joined']);
    // From the old SFU, then from the new one.
    expect(painted.tracks).toHaveLength(2);
    const [other] = await person.others();
    expect(other).toMatchObject({ connected: true, media: { camera: { paused: false, playable: true } } });
    const { usual, longest } = gapsMs(painted);
    console.info(
      `${person.name}: ${painted.times.length} frames, ${usual.toFixed(0)} ms apart, ${longest.toFixed(0)} ms at most`,
    );
  }
  expect(await sfuOfRoom()).not.toBe(before);
  expect(await reasons()).toEqual(expect.arrayContaining(['RoomMoving', 'RoomMoved']));
  expect(await kube('describe', 'room', name)).toContain(`From SFU ${before} to SFU ${await sfuOfRoom()}`);

  await Promise.all(people.map(person => person.close()));
  await kube('delete', `room/${name}`);
  await kube('delete', `mediapool/${name}`);
}, 240_000);
