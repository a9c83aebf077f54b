import type { BenchmarkOptions, Measured } from '../benchmark.ts';
import { quantile } from '../figures.ts';
import type { ServerProcess } from '../process.ts';
import { deal, seats } from '../signaling/places.ts';
import { Stage } from '../signaling/stage.ts';
import { Observer } from './observer.ts';

const roomSize = 10;
const rounds = 6;
/** How often people report, in s, as they do by default. A window is as long. */
const reportSeconds = 10;

/**
 * What being watched costs a replica whose people mute, write and report, beside one whose people do not report and that nobody watches.
 * Each person mutes or unmutes every ten seconds.
 */
export async function signaling(options: BenchmarkOptions): Promise<Measured> {
  const scenario = 'signaling';
  const people = options.clients ?? 200;
  const say = (text: string) => options.say(`Telemetry, signaling: ${text}`);
  await using observer = await Observer.start();
  await using stage = await Stage.start(options);
  const on = await stage.startReplica({
    probed: true,
    environment: { ...observer.environment, QUALITY_REPORT_SECONDS: `${reportSeconds}` },
  });
  const off = await stage.startReplica({ probed: true, environment: { QUALITY_REPORT_SECONDS: '0' } });
  observer.watch(on);

  const [first, second] = stage.crowds;
  if (!first || !second) throw new Error('There have to be two crowds.');
  const sides = [
    { name: 'watched', server: on, crowd: first, cpu: [] as number[] },
    { name: 'not watched', server: off, crowd: second, cpu: [] as number[] },
  ];
  for (const { name, server, crowd } of sides) {
    say(`${people} people join the replica that is ${name}.`);
    const rooms = await stage.makeRooms(Math.ceil(people / roomSize), roomSize);
    const all = seats({ kind: 'parley', servers: [server], rooms, size: roomSize, publishers: roomSize });
    for (const [who, places] of deal(all, [crowd])) await who.call('enter', places);
  }
  for (let round = 0; round < rounds; round++) {
    for (const { name, server, crowd, cpu } of round % 2 === 0 ? sides : sides.toReversed()) {
      options.signal.throwIfAborted();
      const before = await server.cpuSeconds();
      await crowd.call('speak', { perSecond: people / 10, seconds: options.seconds ?? reportSeconds });
      await crowd.call('moments');
      cpu.push((await server.cpuSeconds()) - before);
      say(`${name}: ${((cpu.at(-1) ?? 0) * 1_000).toFixed(0)} ms of processor time.`);
    }
  }
  const [watched, not] = sides.map(({ cpu }) => cpu);
  if (!watched || !not) throw new Error('Nothing was measured.');
  const times = watched.map((one, round) => one / (not[round] ?? one));
  const memory = (await held(on)) / (await held(off));
  const perReport = ((quantile(watched, 0.5) - quantile(not, 0.5)) / people) * 1e6;
  const { exports, scrapes } = observer.counts;
  return {
    figures: [
      { scenario, name: 'processor time in 10 s, watched', value: quantile(watched, 0.5) * 1e3, unit: 'ms' },
      { scenario, name: 'processor time in 10 s, not', value: quantile(not, 0.5) * 1e3, unit: 'ms' },
      {
        scenario,
        name: 'times the processor time',
        value: quantile(times, 0.5),
        unit: '',
        aim: { atMost: 1.03 },
      },
      { scenario, name: 'more, for each person and report', value: perReport, unit: 'µs' },
      { scenario, name: 'times the memory', value: memory, unit: '', aim: { atMost: 1.03 } },
      { scenario, name: 'figures fetched', value: scrapes, unit: '' },
      { scenario, name: 'exports of traces', value: exports, unit: '' },
    ],
    programs: await stage.programs(),
  };
}

async function held(server: ServerProcess): Promise<number> {
  const { heapUsed, external } = await server.memoryAfterGc();
  return heapUsed + external;
}
