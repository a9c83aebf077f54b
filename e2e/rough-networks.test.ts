import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { eventually, RoughNetwork } from '@parley/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { useFixture } from './fixture.ts';
import { heardBy, hears, hearsWell } from './heard.ts';
import { scrape } from './metrics.ts';
import { keepPeers } from './peers.ts';
import type { Person } from './person.ts';
import { leadThrough } from './rough.ts';
import { writeSpeech } from './speech.ts';
import { Wire } from './wire.ts';

const folder = await mkdtemp(joinPath(tmpdir(), 'parley-rough-'));
const speech = joinPath(folder, 'speech.wav');
await writeSpeech(speech);
const { kube, stack, makeRoom, join } = useFixture([`--use-file-for-fake-audio-capture=${speech}`]);

const room = 'rough';
const patienceMs = 60_000;
/** On a machine that is busy with other things. */
const longest = { timeout: 240_000 };
/** Ben's way to the SFU, in both directions. */
const network = new RoughNetwork(5);
const wire = new Wire();
let ada: Person;
let ben: Person;

beforeAll(async () => {
  await makeRoom(room, { topology: 'SFU' });
  [ada] = await join(room, ['Ada'], { prepare: keepPeers });
  [ben] = await join(room, ['Ben'], {
    prepare: async page => {
      await wire.takeOver(page);
      await keepPeers(page);
      await leadThrough(page, network);
    },
  });
  for (const person of [ada, ben]) {
    await person.seesAndHears(1);
    await eventually('the large picture', async () => (await heardBy(person)).width >= 640, patienceMs);
  }
});
afterAll(async () => {
  await Promise.all([ada, ben].map(person => person?.close()));
  await network[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
  await kube('delete', 'room', room);
});

const both = <T>(does: (person: Person) => Promise<T>) => Promise.all([does(ada), does(ben)]);

/** Both see moving pictures as large as before the network was rough. */
async function recovers() {
  const before = await both(heardBy);
  for (const [index, person] of [ada, ben].entries()) {
    const { frames = 0 } = before[index] ?? {};
    await eventually(
      `${person.name} to see large pictures again`,
      async () => {
        const now = await heardBy(person);
        return now.width >= 640 && now.frames >= frames + 60;
      },
      patienceMs,
    );
  }
}

it('at 5 % loss sound is nearly whole and pictures go on', longest, async () => {
  await network.be({ loss: 0.05 });
  await both(person => hearsWell(person, 10));
  const { lost, forwarded } = await network.counts();
  expect(lost / forwarded).toBeGreaterThan(0.01);
  await network.be({});
  await recovers();
});

it('at 200 ms of delay sound is whole and pictures go on', longest, async () => {
  await network.be({ delayMs: 200 });
  // What is late for the first time is late for those who did not expect it.
  await both(person => hears(person, 2));
  await both(person => hearsWell(person, 5));
  await network.be({});
  await recovers();
});

it('after 3 s in which 20 % are lost in bursts, pictures come back as they were', longest, async () => {
  await network.be({ loss: 0.2, burst: 5 });
  const during = await both(person => hears(person, 3));
  for (const { frames } of during) expect(frames).toBeGreaterThan(0);
  await network.be({});
  await recovers();
  await both(person => hearsWell(person, 3));
});

it(
  'at 30 % loss the figures and the Room say that calls are poor, and that it is the network',
  longest,
  async () => {
    const replicas = stack.prometheusTargets
      .filter(target => target.labels.component === 'signaling')
      .flatMap(target => target.targets);
    const poor = async (cause: string) => {
      const name = `parley_call_poor_seconds_total{pool="default",cause="${cause}"}`;
      const found = await Promise.all(replicas.map(address => scrape(address, name)));
      return found.reduce((sum, one) => sum + one, 0);
    };
    const before = await poor('network');
    await network.be({ loss: 0.3 });
    await eventually('poor calls', async () => (await poor('network')) > before, patienceMs);
    const condition = (type: string) =>
      kube('get', 'room', room, '-o', `jsonpath={.status.conditions[?(@.type=="${type}")].reason}`);
    for (const type of ['QualityMet', 'Degraded']) {
      await eventually(
        `${type} to say so`,
        async () => (await condition(type)) === 'ClientNetwork',
        patienceMs,
      );
    }
    await network.be({});
    await recovers();
    await kube('wait', `room/${room}`, '--for=condition=QualityMet', '--timeout=90s');
    expect(await condition('Degraded')).toBe('Complete');
  },
);

it('who comes through another network goes on with the media that there is', longest, async () => {
  const asked = (name: string) => wire.asked.filter(one => one === name).length;
  const before = await both(heardBy);
  expect(asked('restartIce')).toBe(0);
  await network.change();
  await eventually('Ben to restart ICE both ways', () => asked('restartIce') >= 2, patienceMs);
  await recovers();
  await both(person => hearsWell(person, 3));
  const after = await both(heardBy);
  // The decoders are those of before.
  for (const index of [0, 1] as const) expect(after[index].frames).toBeGreaterThan(before[index].frames);
  expect(asked('renewMedia')).toBe(0);
  expect(asked('publish')).toBe(2);
  expect((await ben.state()).status).toBe('joined');
});
