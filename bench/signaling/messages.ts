import { eventually } from '@parley/testing';
import type { BenchmarkOptions, Measured } from '../benchmark.ts';
import { quantile } from '../figures.ts';
import type { ServerProcess } from '../process.ts';
import { deal, seats } from './places.ts';
import { Stage } from './stage.ts';
import type { ServerKind } from './talker.ts';

const pairs = 5;
const roomSize = 5;

interface Throughput {
  perSecond: number;
  /** Processor time of the server for each message, in ms. */
  cpuMs: number;
}

/** How much a replica takes of what a bare Socket.IO server takes, with the same clients: one after the other, in turn. */
export async function messages(options: BenchmarkOptions): Promise<Measured> {
  const { say, signal } = options;
  const scenario = 'messages';
  const rooms = Math.ceil((options.clients ?? 300) / roomSize);
  const seconds = (options.seconds ?? 20) / pairs;
  await using stage = await Stage.start(options);
  const measured: Record<ServerKind, Throughput[]> = { parley: [], bare: [] };
  const servers = { parley: await stage.startReplica(), bare: await stage.startBareServer() };
  // The first of them is for warming up.
  for (let pair = 0; pair <= pairs; pair++) {
    for (const kind of pair % 2 === 0 ? (['parley', 'bare'] as const) : (['bare', 'parley'] as const)) {
      signal.throwIfAborted();
      const throughput = await drive(stage, kind, servers[kind], rooms, seconds);
      say(
        `Messages: ${kind}: ${throughput.perSecond.toFixed(0)}/s, ${throughput.cpuMs.toFixed(3)} ms of its processor each`,
      );
      if (pair > 0) measured[kind].push(throughput);
    }
  }
  const median = (kind: ServerKind, of: keyof Throughput) =>
    quantile(
      measured[kind].map(one => one[of]),
      0.5,
    );
  const shares = measured.parley.map((one, pair) => one.perSecond / (measured.bare[pair]?.perSecond ?? 0));
  const figures = [
    { scenario, name: 'messages per second', value: median('parley', 'perSecond'), unit: '/s' },
    {
      scenario,
      name: 'messages per second, bare server',
      value: median('bare', 'perSecond'),
      unit: '/s',
    },
    {
      scenario,
      name: 'share of the bare server',
      value: quantile(shares, 0.5),
      unit: '',
      aim: { atLeast: 0.8 },
    },
    { scenario, name: 'processor time per message', value: median('parley', 'cpuMs'), unit: 'ms' },
    { scenario, name: 'processor time per message, bare server', value: median('bare', 'cpuMs'), unit: 'ms' },
  ];
  return { figures, programs: await stage.programs() };
}

async function drive(
  stage: Stage,
  kind: ServerKind,
  server: ServerProcess,
  rooms: number,
  seconds: number,
): Promise<Throughput> {
  const { crowds } = stage;
  const keys = await stage.makeRooms(rooms, roomSize);
  const all = seats({ kind, servers: [server], rooms: keys, size: roomSize, publishers: roomSize });
  await Promise.all(deal(all, crowds).map(([crowd, places]) => crowd.call('enter', places)));
  const cpu = await server.cpuSeconds();
  const floods = await Promise.all(crowds.map(crowd => crowd.call('flood', { seconds })));
  const cpuMs = ((await server.cpuSeconds()) - cpu) * 1_000;
  const sum = (of: 'inTime' | 'answered') => floods.reduce((sum, flood) => sum + flood[of], 0);
  const answered = sum('answered');
  // What was not passed on was not done: such a figure would say nothing.
  await eventually(`${answered} messages to be heard by ${roomSize} people each`, async () => {
    const heard = await Promise.all(crowds.map(crowd => crowd.call('countHeard')));
    return heard.reduce((sum, one) => sum + one, 0) === answered * roomSize;
  });
  await Promise.all(crowds.map(crowd => crowd.call('leave')));
  await stage.endRooms(keys);
  return { perSecond: sum('inTime') / seconds, cpuMs: cpuMs / answered };
}
