import { eventually } from '@parley/testing';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { useFixture } from './fixture.ts';
import { gapsMs, paintedBy, watchPainting } from './painted.ts';
import type { Person } from './person.ts';
import { Wire } from './wire.ts';
import { workerPids } from './workers.ts';

const { kube, makeRoom, makePool, join } = useFixture();

declare global {
  interface Window {
    connections?: RTCPeerConnection[];
  }
}

/** Has the page keep its connections for the test. Those to SFUs know relays, those to others ask them only for addresses. */
const keepConnections = (page: Page) =>
  page.addInitScript(() => {
    const connections: RTCPeerConnection[] = [];
    window.connections = connections;
    const Native = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends Native {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        connections.push(this);
      }
    };
  });

/** Has the page hear of no way to another. */
const hideOthers = async (page: Page) => {
  await keepConnections(page);
  await page.addInitScript(() => {
    const Kept = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends Kept {
      override async addIceCandidate() {}
    };
  });
};

/** What became of the connections of a page to another, by their states. */
const directStates = ({ page }: Person) =>
  page.evaluate(() =>
    (window.connections ?? [])
      .filter(one => JSON.stringify(one.getConfiguration().iceServers).includes('stun:'))
      .map(({ connectionState }) => connectionState),
  );

/** What a page has sent to SFUs so far, in bytes. */
const sentToSfu = ({ page }: Person) =>
  page.evaluate(async () => {
    let bytes = 0;
    for (const one of window.connections ?? []) {
      if (!JSON.stringify(one.getConfiguration().iceServers).includes('turn:')) continue;
      for (const entry of (await one.getStats()).values()) {
        if (entry.type === 'outbound-rtp') bytes += entry.bytesSent;
      }
    }
    return bytes;
  });

const pathOf = ({ page }: Person) => page.evaluate(() => window.parley?.call.snapshot().mediaPath);
const until = (people: readonly Person[], path: 'sfu' | 'direct') =>
  Promise.all(
    people.map(person =>
      eventually(
        `${person.name}'s media to go by ${path}`,
        async () => (await pathOf(person)) === path,
        90_000,
      ),
    ),
  );
const frames = async (person: Person) =>
  (await person.stats()).received.find(({ source }) => source === 'camera')?.framesDecoded ?? 0;

it('pictures of two go directly between them, through the SFU while there is a third, and directly again', async () => {
  await makeRoom('direct');
  const pair = await join('direct', ['Ada', 'Grace'], { prepare: keepConnections });
  const [ada, grace] = pair;
  await Promise.all(pair.map(person => person.seesAndHears(1)));
  await Promise.all(pair.map(({ page }) => watchPainting(page)));
  await until(pair, 'direct');
  for (const person of pair) {
    const { paths } = await person.stats();
    expect(paths.filter(({ via }) => via === 'direct')).toMatchObject([
      { direction: 'send', local: expect.stringMatching(/host|prflx/), protocol: 'udp' },
      { direction: 'receive', remote: expect.stringMatching(/host|prflx/), protocol: 'udp' },
    ]);
  }

  // Nothing is sent to the SFU any more, while pictures and sound go on.
  await Promise.all(
    pair.map(person =>
      eventually(
        `${person.name} to send nothing to the SFU`,
        async () => {
          const before = await sentToSfu(person);
          await person.seesAndHears(1);
          return (await sentToSfu(person)) === before;
        },
        90_000,
      ),
    ),
  );
  expect(await directStates(ada)).toEqual(['connected']);
  const counted = [await Promise.all(pair.map(frames))];

  const [joan] = await join('direct', ['Joan']);
  await until(pair, 'sfu');
  await Promise.all([...pair, joan].map(person => person.seesAndHears(2)));
  await eventually('the direct connections to be closed', async () =>
    (await Promise.all(pair.map(directStates))).flat().every(state => state === 'closed'),
  );
  counted.push(await Promise.all(pair.map(frames)));

  await joan.close();
  await until(pair, 'direct');
  await Promise.all(pair.map(person => person.seesAndHears(1)));
  counted.push(await Promise.all(pair.map(frames)));

  for (const [index, person] of pair.entries()) {
    const painted = await paintedBy(person.page);
    const [first = 0, second = 0, third = 0] = counted.map(each => each[index]);
    const { usual, longest } = gapsMs(painted);
    console.info(
      `${person.name}: ${first}, ${second}, ${third} frames decoded; ${painted.times.length} painted, ${usual.toFixed(0)} ms apart, ${longest.toFixed(0)} ms at most`,
    );
    expect([0, first, second, third]).toEqual([0, first, second, third].toSorted((a, b) => a - b));
  }

  // Who is muted is silent, also on this way, and is heard there again.
  const heard = async () =>
    (await grace.stats()).received.find(({ source }) => source === 'microphone')?.packetsReceived ?? 0;
  await ada.page.getByRole('button', { name: 'Mute microphone' }).click();
  await eventually('Grace to see that Ada is muted', async () =>
    (await grace.others()).some(({ media }) => media.microphone?.paused),
  );
  await eventually('silence', async () => {
    const before = await heard();
    const seen = await frames(grace);
    await eventually('more frames', async () => (await frames(grace)) > seen + 10);
    return (await heard()) === before;
  });
  await ada.page.getByRole('button', { name: 'Unmute microphone' }).click();
  await grace.seesAndHears(1);
  await until(pair, 'direct');

  // The way is lost, as where a network changes its mind.
  const lost = await frames(grace);
  await ada.page.evaluate(() => {
    for (const one of window.connections ?? []) {
      if (JSON.stringify(one.getConfiguration().iceServers).includes('stun:')) one.close();
    }
  });
  await until([grace], 'sfu');
  await Promise.all(pair.map(person => person.seesAndHears(1)));
  expect(await frames(grace)).toBeGreaterThan(lost);
  await Promise.all(pair.map(person => person.close()));
  await kube('delete', 'room/direct');
}, 400_000);

it('media stays on the SFU where the room wants it so, and where there is no other way', async () => {
  await Promise.all([makeRoom('through-sfu', { topology: 'SFU' }), makeRoom('no-way', { topology: 'P2P' })]);
  const through = await join('through-sfu', ['Ada', 'Grace'], { prepare: keepConnections });
  await Promise.all(through.map(person => person.seesAndHears(1)));
  expect(await Promise.all(through.map(pathOf))).toEqual(['sfu', 'sfu']);
  expect((await Promise.all(through.map(directStates))).flat()).toEqual([]);
  await Promise.all(through.map(person => person.close()));

  const people = await join('no-way', ['Ada', 'Grace'], { prepare: hideOthers });
  await Promise.all(
    people.map(person =>
      eventually(
        `${person.name} to give a direct way up`,
        async () => (await directStates(person)).includes('closed'),
        90_000,
      ),
    ),
  );
  await Promise.all(people.map(person => person.seesAndHears(1)));
  expect(await Promise.all(people.map(pathOf))).toEqual(['sfu', 'sfu']);
  expect((await people[0].state()).status).toBe('joined');
  await Promise.all(people.map(person => person.close()));
  await kube('delete', 'room/through-sfu', 'room/no-way');
}, 300_000);

it('D6 direct media goes on without a break while signaling is away, and while the SFU is lost', async () => {
  await makePool('shaky');
  await makeRoom('shaky', { pool: 'shaky' });
  const wires = [new Wire(), new Wire()] as const;
  const [[ada], [grace]] = await Promise.all([
    join('shaky', ['Ada'], { prepare: page => wires[0].takeOver(page) }),
    join('shaky', ['Grace'], { prepare: page => wires[1].takeOver(page) }),
  ]);
  const pair = [ada, grace];
  await until(pair, 'direct');
  await Promise.all(pair.map(({ page }) => watchPainting(page)));

  wires[0].cut();
  await ada.until('to notice', ({ status }) => status === 'reconnecting', 60_000);
  await Promise.all(pair.map(person => person.seesAndHears(1)));
  expect(await Promise.all(pair.map(pathOf))).toEqual(['direct', 'direct']);
  wires[0].mend();
  await ada.until('to be back', ({ status }) => status === 'joined', 60_000);

  for (const pid of await workerPids(kube, 'shaky')) process.kill(pid, 'SIGKILL');
  await Promise.all(wires.map(wire => wire.hasAsked({ renewMedia: 1 })));
  await Promise.all(
    pair.map(person => person.until('to be back', ({ status }) => status === 'joined', 60_000)),
  );
  await until(pair, 'direct');
  await Promise.all(pair.map(person => person.seesAndHears(1)));
  for (const person of pair) {
    const painted = await paintedBy(person.page);
    const { usual, longest } = gapsMs(painted);
    console.info(`${person.name}: ${usual.toFixed(0)} ms apart, ${longest.toFixed(0)} ms at most`);
    // The very same picture, all the time.
    expect(painted.tracks).toHaveLength(1);
  }
  await Promise.all(pair.map(person => person.close()));
  await kube('delete', 'room/shaky');
  await kube('delete', 'mediapool/shaky');
}, 400_000);
