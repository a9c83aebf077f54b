import type { BenchmarkOptions, Measured } from '../benchmark.ts';
import { type Figure, quantile } from '../figures.ts';
import type { ServerProcess } from '../process.ts';
import type { Crowd } from '../signaling/crowd.ts';
import { deal, seats } from '../signaling/places.ts';
import { Stage } from '../signaling/stage.ts';
import { Observer, scrapeSeconds, usualShare } from './observer.ts';

const scenario = 'signaling';
const roomSize = 10;
/** The first is for warming up. */
const rounds = 7;
/** How often people report, in s, as they do by default: evenly spread, so that each window has as many. */
const reportSeconds = 10;
/** How often each person does something, in s: of five times they mute or unmute four times, and write once. */
const actionSeconds = 10;
const writeEvery = 5;

/** A replica and its people. */
interface Side {
  name: string;
  server: ServerProcess;
  crowd: Crowd;
  /** Processor time of each window, in s. */
  cpu: number[];
}

/** What being watched costs a replica, by how many of its traces are recorded, beside one whose people do not report and that nobody watches. */
export async function signaling(options: BenchmarkOptions): Promise<Measured> {
  const people = options.clients ?? 200;
  const say = (text: string) => options.say(`Telemetry, signaling: ${text}`);
  await using observer = await Observer.start();
  await using stage = await Stage.start(options, 3);
  const [first, second, third] = stage.crowds;
  if (!first || !second || !third) throw new Error('There have to be three crowds.');
  const side = async (name: string, crowd: Crowd, environment: Readonly<Record<string, string>>) => {
    const server = await stage.startReplica({ probed: true, environment });
    return { name, server, crowd, cpu: [] } satisfies Side as Side;
  };
  const watched = (share: number) => ({
    ...observer.environment(share),
    QUALITY_REPORT_SECONDS: `${reportSeconds}`,
  });
  const on = await side('watched', first, watched(usualShare));
  const all = await side('watched, all traces', second, watched(1));
  const off = await side('not watched', third, { QUALITY_REPORT_SECONDS: '0' });
  for (const { server } of [on, all]) observer.watch(server);
  const sides = [on, all, off];

  for (const { name, server, crowd } of sides) {
    say(`${name}: ${people} people join.`);
    const rooms = await stage.makeRooms(Math.ceil(people / roomSize), roomSize);
    const places = seats({ kind: 'parley', servers: [server], rooms, size: roomSize, publishers: roomSize });
    for (const [who, theirs] of deal(places, [crowd])) await who.call('enter', theirs);
  }
  const seconds = options.seconds ?? scrapeSeconds;
  for (let round = 0; round < rounds; round++) {
    for (const { name, server, crowd, cpu } of round % 2 === 0 ? sides : sides.toReversed()) {
      options.signal.throwIfAborted();
      const before = await server.cpuSeconds();
      await crowd.call('speak', { perSecond: people / actionSeconds, seconds, writeEvery });
      const used = (await server.cpuSeconds()) - before;
      await crowd.call('moments');
      say(`${name}: ${(used * 1_000).toFixed(0)} ms of processor time.`);
      if (round > 0) cpu.push(used);
    }
  }
  const { exports, scrapes } = observer.counts;
  const reports = (people * seconds) / reportSeconds;
  return {
    figures: [
      ...sides.map(({ name, cpu }) => figure(`processor time of a window, ${name}`, median(cpu) * 1e3, 'ms')),
      { ...figure('times the processor time', times(on, off)), aim: { atMost: 1.03 } },
      figure('times the processor time, all traces', times(all, off)),
      figure('more, for each report', ((median(on.cpu) - median(off.cpu)) / reports) * 1e6, 'µs'),
      ...(await memory(on, off)),
      figure('figures fetched', scrapes),
      figure('exports of traces', exports),
    ],
    programs: await stage.programs(),
  };
}

const median = (of: readonly number[]) => quantile([...of], 0.5);
const figure = (name: string, value: number, unit: Figure['unit'] = ''): Figure => ({
  scenario,
  name,
  value,
  unit,
});

/** By pairs of windows that came one after the other, as the machine is not as fast at all times. */
function times(on: Side, off: Side): number {
  return median(on.cpu.map((one, round) => one / (off.cpu[round] ?? one)));
}

async function memory(on: Side, off: Side): Promise<Figure[]> {
  const held = async ({ server }: Side) => {
    const { heapUsed, external } = await server.memoryAfterGc();
    return (heapUsed + external) / 1e6;
  };
  const [watched, not] = [await held(on), await held(off)];
  return [
    { ...figure('times the memory', watched / not), aim: { atMost: 1.03 } },
    figure('memory, watched', watched, 'MB'),
    figure('memory, not watched', not, 'MB'),
  ];
}
