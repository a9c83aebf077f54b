import type { BenchmarkOptions, Measured } from '../benchmark.ts';
import { quantile } from '../figures.ts';
import type { ServerProcess } from '../process.ts';
import type { Arrivals } from './crowd.ts';
import { deal, seats } from './places.ts';
import { Stage } from './stage.ts';

const roomSize = 5;
/** A rate is sustained while joins take no longer than this, in ms, for all but one in a hundred. */
const longestP99 = 1_000;
const stepSeconds = 5;
const firstRate = 10;
const steeper = 1.5;
/** People of a large room, and how fast they come: as fast as is allowed by default. */
const large = { size: 200, perSecond: 50 } as const;
/** So many at once fill all rooms that one SFU takes. */
const mostClients = 5_000;

/**
 * People come ever faster until joins take too long or are refused; then at half the rate that went well. At last many come to one
 * room, where each is told to everyone who is there.
 */
export async function joins(options: BenchmarkOptions): Promise<Measured> {
  const { say, signal } = options;
  const scenario = 'joins';
  await using stage = await Stage.start(options);
  const servers = [await stage.startReplica(), await stage.startReplica()];
  const clients = Math.min(options.clients ?? mostClients, mostClients);
  const seconds = (rate: number, wanted: number) => Math.min(wanted, clients / rate);
  // A step that is over within a second says nothing.
  const highestRate = Math.min(clients, mostClients / stepSeconds);
  await come(stage, servers, firstRate, seconds(firstRate, 2));

  const goesWell = async (rate: number) => {
    signal.throwIfAborted();
    const arrivals = await come(stage, servers, rate, seconds(rate, stepSeconds));
    const { ms, refused } = arrivals;
    const p99 = ms.length === 0 ? Number.POSITIVE_INFINITY : quantile(ms, 0.99);
    const why = refused.length > 0 ? `, ${refused.length} refused: ${[...new Set(refused)]}` : '';
    say(`Joins: ${rate}/s: p99 ${p99.toFixed(0)} ms${why}`);
    return refused.length === 0 && p99 <= longestP99;
  };
  let sustained = 0;
  let tooFast = Number.POSITIVE_INFINITY;
  for (let rate = firstRate; rate <= highestRate; rate = Math.ceil(rate * steeper)) {
    if (!(await goesWell(rate))) {
      tooFast = rate;
      break;
    }
    sustained = rate;
  }
  const between = Math.round((sustained + tooFast) / 2);
  if (sustained > 0 && Number.isFinite(between) && (await goesWell(between))) sustained = between;

  const half = Math.max(1, Math.round(sustained / 2));
  const one = await timed(servers, () => come(stage, servers, half, seconds(half, options.seconds ?? 20)));
  const size = Math.min(clients, large.size);
  say(`Joins: ${size} people enter one room, ${large.perSecond} a second.`);
  const full = await timed(servers, () =>
    come(stage, servers, large.perSecond, size / large.perSecond, size),
  );
  const figures = [
    { scenario, name: 'joins per second, sustained', value: sustained, unit: '/s' },
    { scenario, name: `a join at ${half}/s, p50`, value: quantile(one.ms, 0.5), unit: 'ms' },
    { scenario, name: `a join at ${half}/s, p99`, value: quantile(one.ms, 0.99), unit: 'ms' },
    { scenario, name: 'processor time of signaling per join', value: one.cpuMs, unit: 'ms' },
    { scenario, name: `a room of ${size}, join p99`, value: quantile(full.ms, 0.99), unit: 'ms' },
    { scenario, name: `a room of ${size}, processor time per join`, value: full.cpuMs, unit: 'ms' },
  ];
  return { figures, programs: await stage.programs() };
}

/** People come to new rooms at this rate, stay until the last one is in, and leave. */
async function come(
  stage: Stage,
  servers: readonly ServerProcess[],
  perSecond: number,
  seconds: number,
  size = roomSize,
): Promise<Arrivals> {
  const count = Math.max(size, Math.round(perSecond * seconds));
  const rooms = await stage.makeRooms(Math.ceil(count / size), size);
  const all = seats({ kind: 'parley', servers, rooms, size, publishers: 0 }).slice(0, count);
  const { crowds } = stage;
  const arrivals = await Promise.all(
    deal(all, crowds).map(([crowd, places]) =>
      crowd.call('arrive', { places, perSecond: perSecond / crowds.length }),
    ),
  );
  await Promise.all(crowds.map(crowd => crowd.call('leave')));
  await stage.endRooms(rooms);
  return { ms: arrivals.flatMap(({ ms }) => ms), refused: arrivals.flatMap(({ refused }) => refused) };
}

/** What the joins took, and the replicas' processor time for each, in ms. */
async function timed(servers: readonly ServerProcess[], coming: () => Promise<Arrivals>) {
  const before = await cpuSeconds(servers);
  const { ms } = await coming();
  return { ms, cpuMs: (((await cpuSeconds(servers)) - before) * 1_000) / ms.length };
}

async function cpuSeconds(servers: readonly ServerProcess[]): Promise<number> {
  const all = await Promise.all(servers.map(server => server.cpuSeconds()));
  return all.reduce((sum, one) => sum + one, 0);
}
