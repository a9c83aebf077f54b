import { eventually } from '@parley/testing';
import type { BenchmarkOptions, Measured } from '../benchmark.ts';
import { quantile } from '../figures.ts';
import type { ServerProcess } from '../process.ts';
import { deal, seats } from './places.ts';
import { Stage } from './stage.ts';
import type { ServerKind } from './talker.ts';

/** With the first one, so many messages as everyone may write without a pause. */
const pairs = 9;
const roomSize = 5;
/** How many messages are under way at any time: enough to keep a server busy. */
const atOnce = 200;

interface Throughput {
  perSecond: number;
  /** Processor time of the server for each message, in ms. */
  cpuMs: number;
}

/** How much a replica takes of what a bare Socket.IO server takes, with the same clients: one after the other, in turn. */
export async function messages(options: BenchmarkOptions): Promise<Measured> {
  const { say, signal } = options;
  const scenario = 'messages';
  const rooms = Math.ceil((options.clients ?? 2_000) / roomSize);
  await using stage = await Stage.start(options);
  const servers = { parley: await stage.startReplica(), bare: await stage.startBareServer() };
  for (const kind of ['parley', 'bare'] as const) {
    say(`Messages: ${kind}: ${rooms * roomSize} people enter rooms of ${roomSize}.`);
    const keys = await stage.makeRooms(rooms, roomSize);
    const servedBy = [servers[kind]];
    const all = seats({ kind, servers: servedBy, rooms: keys, size: roomSize, publishers: 0 });
    await Promise.all(deal(all, stage.crowds).map(([crowd, places]) => crowd.call('enter', places)));
  }
  const measured: Record<ServerKind, Throughput[]> = { parley: [], bare: [] };
  // The first of them is for warming up.
  for (let pair = 0; pair < pairs; pair++) {
    for (const kind of pair % 2 === 0 ? (['parley', 'bare'] as const) : (['bare', 'parley'] as const)) {
      signal.throwIfAborted();
      const throughput = await drive(stage, kind, servers[kind]);
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

async function drive({ crowds }: Stage, kind: ServerKind, server: ServerProcess): Promise<Throughput> {
  const countRead = async () => {
    const read = await Promise.all(crowds.map(crowd => crowd.call('countRead')));
    return read.reduce((sum, one) => sum + one, 0);
  };
  const before = await countRead();
  const cpu = await server.cpuSeconds();
  const write = { kind, atOnce: atOnce / crowds.length };
  const written = await Promise.all(crowds.map(crowd => crowd.call('write', write)));
  const answered = written.reduce((sum, one) => sum + one.answered, 0);
  // What was not passed on was not done: such a figure would say nothing.
  await eventually(
    `${answered} messages to be read by ${roomSize} people each`,
    async () => (await countRead()) - before === answered * roomSize,
  );
  const cpuMs = ((await server.cpuSeconds()) - cpu) * 1_000;
  const began = Math.min(...written.map(one => one.began));
  const ended = Math.max(...written.map(one => one.ended));
  return { perSecond: (answered * 1_000) / (ended - began), cpuMs: cpuMs / answered };
}
