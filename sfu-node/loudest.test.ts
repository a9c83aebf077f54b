import { eventually } from '@parley/testing';
import { cleanup } from 'node-datachannel';
import { afterAll, expect, it } from 'vitest';
import { at } from './mesh/test-mesh.ts';
import { call, newRoom, openSession, startSfu } from './test-sfu.ts';
import { listenTo, TestSpeaker } from './test-speaker.ts';

afterAll(() => cleanup());

/** A room where so many are heard. */
async function openRoom(base: string, loudest: number) {
  const room = newRoom();
  await call(base, 'openRoom', { room }, { loudest });
  return room;
}

interface Listener {
  readonly packets: number;
}

/** Waits until some are heard and others are not, as long as it takes for those to be heard some more. */
async function onlyHeard(heard: Listener[], unheard: Listener[]): Promise<void> {
  for (;;) {
    const [before, silent] = [heard.map(each => each.packets), unheard.map(each => each.packets)];
    await eventually('more sound', () =>
      heard.every(({ packets }, place) => packets >= (before[place] ?? 0) + 25),
    );
    if (unheard.every(({ packets }, place) => packets === silent[place])) return;
  }
}

it('M14 of two who speak the louder is heard, on each worker, and when that one is quiet the other', async () => {
  await using test = await startSfu({ workers: 2, consumersPerWorker: 1 });
  const base = test.sfu.controlUrl;
  const room = await openRoom(base, 1);
  const [ada, ben] = [await openSession(base, room), await openSession(base, room)];
  const others = [];
  for (let count = 0; count < 4; count++) others.push(await openSession(base, room));
  const [one, two, three, four] = others as [typeof ada, typeof ada, typeof ada, typeof ada];
  const ports = new Set([ada, ...others].map(({ send }) => send.iceCandidates[0]?.port));
  expect(ports.size).toBe(2);
  using adas = await TestSpeaker.start(base, ada, 4711);
  using bens = await TestSpeaker.start(base, ben, 4712);
  using hearsAda = await listenTo(base, one, adas.producer);
  using hearsAdaToo = await listenTo(base, two, adas.producer);
  using hearsBen = await listenTo(base, three, bens.producer);
  using hearsBenToo = await listenTo(base, four, bens.producer);
  const [ofAda, ofBen] = [
    [hearsAda, hearsAdaToo],
    [hearsBen, hearsBenToo],
  ];

  // The only place there is was Ada's, before anybody spoke.
  adas.say(-30);
  await onlyHeard(ofAda, ofBen);
  bens.say(-10);
  await onlyHeard(ofBen, ofAda);
  bens.say(-100);
  await onlyHeard(ofAda, ofBen);
  bens.say(-10);
  await onlyHeard(ofBen, ofAda);
  await call(base, 'pauseProducer', { ...ben.params, producer: bens.producer }, { paused: true });
  await onlyHeard(ofAda, ofBen);

  // With two places both are heard, also who was not before.
  await call(base, 'openRoom', { room }, { loudest: 2 });
  await call(base, 'pauseProducer', { ...ben.params, producer: bens.producer }, { paused: false });
  await onlyHeard([...ofAda, ...ofBen], []);
});

it('M14 the sound of a screen is heard besides, and everybody in a room without a limit', async () => {
  await using test = await startSfu();
  const base = test.sfu.controlUrl;
  for (const loudest of [1, 0]) {
    const room = await openRoom(base, loudest);
    const [ada, ben, one, two] = [
      await openSession(base, room),
      await openSession(base, room),
      await openSession(base, room),
      await openSession(base, room),
    ];
    using loud = await TestSpeaker.start(base, ada, 4711);
    const source = loudest ? 'screen-audio' : 'microphone';
    using quiet = await TestSpeaker.start(base, ben, 4712, source);
    using hearsLoud = await listenTo(base, one, loud.producer);
    using hearsQuiet = await listenTo(base, two, quiet.producer);
    loud.say(-10);
    quiet.say(-60);
    await onlyHeard([hearsLoud, hearsQuiet], []);
    const { rooms } = await call(base, 'describe', {}, {});
    expect(rooms.find(each => each.room === room)).toMatchObject({ pipes: loudest });
  }
});

it('M14 another SFU is sent the loudest alone, too', async () => {
  await using one = await startSfu();
  await using other = await startSfu();
  const [near, far] = [one.sfu.controlUrl, other.sfu.controlUrl];
  const room = await openRoom(near, 1);
  await call(far, 'openRoom', { room }, { loudest: 1 });
  const [ada, ben] = [await openSession(near, room), await openSession(near, room)];
  const [cyd, dee] = [await openSession(far, room), await openSession(far, room)];
  using adas = await TestSpeaker.start(near, ada, 4711);
  using bens = await TestSpeaker.start(near, ben, 4712);
  using hearsAda = await listenTo(far, cyd, adas.producer, at(one, ada, adas.producer));
  using hearsBen = await listenTo(far, dee, bens.producer, at(one, ben, bens.producer));
  adas.say(-30);
  await onlyHeard([hearsAda], [hearsBen]);
  bens.say(-10);
  await onlyHeard([hearsBen], [hearsAda]);
});

it('M14 a place that comes or is left goes to somebody who has none, before they speak', async () => {
  await using test = await startSfu();
  const base = test.sfu.controlUrl;
  const room = await openRoom(base, 1);
  const [ada, ben, cyd] = [
    await openSession(base, room),
    await openSession(base, room),
    await openSession(base, room),
  ];
  const listeners = [await openSession(base, room), await openSession(base, room)] as const;
  using adas = await TestSpeaker.start(base, ada, 4711);
  using bens = await TestSpeaker.start(base, ben, 4712);
  using cyds = await TestSpeaker.start(base, cyd, 4713);
  using hearsBen = await listenTo(base, listeners[0], bens.producer);
  using hearsCyd = await listenTo(base, listeners[1], cyds.producer);
  // As quiet as nobody is who speaks.
  for (const quiet of [adas, bens, cyds]) quiet.say(-100);
  await call(base, 'closeParticipant', ada.params, {});
  await onlyHeard([hearsBen], [hearsCyd]);
  await call(base, 'openRoom', { room }, { loudest: 2 });
  await onlyHeard([hearsBen, hearsCyd], []);
});

it('M14 who goes gives the place away, and whose worker dies', async () => {
  await using test = await startSfu({ workers: 2, consumersPerWorker: 1 });
  const base = test.sfu.controlUrl;
  const room = await openRoom(base, 1);
  const [ada, ben, cyd, dee] = [
    await openSession(base, room),
    await openSession(base, room),
    await openSession(base, room),
    await openSession(base, room),
  ];
  const portOf = ({ send }: typeof ada) => send.iceCandidates[0]?.port;
  expect(portOf(ada)).not.toBe(portOf(ben));
  const near = [cyd, dee].find(each => portOf(each) === portOf(ben)) ?? dee;
  using adas = await TestSpeaker.start(base, ada, 4711);
  using bens = await TestSpeaker.start(base, ben, 4712);
  using hearsBen = await listenTo(base, near, bens.producer);
  adas.say(-10);
  bens.say(-50);
  const { rooms } = await call(base, 'describe', {}, {});
  expect(rooms.find(each => each.room === room)).toMatchObject({ pipes: 1 });
  process.kill(test.sfu.pool.workers.find(({ port }) => port === portOf(ada))?.pid ?? 0, 'SIGKILL');
  await onlyHeard([hearsBen], []);
});
