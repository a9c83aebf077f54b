import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchmarkOptions, Measured } from '../benchmark.ts';
import type { ServerProcess } from '../process.ts';
import { deal, seats } from './places.ts';
import { Stage } from './stage.ts';
import type { ServerKind } from './talker.ts';

const roomSize = 5;
/** Connections that come and go before anything is measured, so that what a server makes once is there. */
const warmUp = 200;
/** How long a server is left alone before it is looked at, in ms. */
const settleMs = 2_000;

interface Cost {
  /** Heap and buffers per connection, in kB (10^3 bytes). */
  held: number;
  /** Growth of what is resident, in kB per connection. */
  resident: number;
}

/** What connections cost a replica that say nothing, and what they cost the bare server. */
export async function memory(options: BenchmarkOptions): Promise<Measured> {
  const scenario = 'memory';
  await using stage = await Stage.start(options);
  const parley = await measure(stage, 'parley', await stage.startReplica({ probed: true }), options);
  const bare = await measure(stage, 'bare', await stage.startBareServer({ probed: true }), options);
  const kinds = { idle: 'idle connection', inRoom: 'participant' } as const;
  const figures = (['idle', 'inRoom'] as const).flatMap(state => {
    const [one, other] = [parley[state], bare[state]];
    const name = kinds[state];
    return [
      { scenario, name: `${name}: heap and buffers`, value: one.held, unit: 'kB' },
      { scenario, name: `${name}: bare server's`, value: other.held, unit: 'kB' },
      {
        scenario,
        name: `${name}: times the bare server's`,
        value: one.held / other.held,
        unit: '',
        aim: { atMost: 1.5 },
      },
      { scenario, name: `${name}: resident`, value: one.resident, unit: 'kB' },
      { scenario, name: `${name}: resident, bare server`, value: other.resident, unit: 'kB' },
    ];
  });
  return { figures, programs: await stage.programs() };
}

async function measure(
  stage: Stage,
  kind: ServerKind,
  server: ServerProcess,
  { clients: count = 2_000, say, signal }: BenchmarkOptions,
): Promise<{ idle: Cost; inRoom: Cost }> {
  const { crowds } = stage;
  const { url } = server;
  const look = async () => {
    await sleep(settleMs, undefined, { signal });
    return server.memoryAfterGc();
  };
  const connect = async (all: number) => {
    const each = { url, kind, count: Math.ceil(all / crowds.length) };
    await Promise.all(crowds.map(crowd => crowd.call('connect', each)));
  };
  const enter = async (all: number) => {
    const rooms = await stage.makeRooms(Math.ceil(all / roomSize), roomSize);
    const people = seats({ kind, servers: [server], rooms, size: roomSize, publishers: 0 });
    await Promise.all(deal(people, crowds).map(([crowd, places]) => crowd.call('enter', places)));
  };
  const leave = async () => {
    await Promise.all(crowds.map(crowd => crowd.call('leave')));
  };
  const cost = (before: NodeJS.MemoryUsage, after: NodeJS.MemoryUsage): Cost => {
    const held = ({ heapUsed, external }: NodeJS.MemoryUsage) => heapUsed + external;
    return {
      held: (held(after) - held(before)) / count / 1_000,
      resident: (after.rss - before.rss) / count / 1_000,
    };
  };

  say(`Memory: ${kind}: warms up.`);
  await connect(Math.min(warmUp, count));
  await leave();
  await enter(Math.min(warmUp, count));
  await leave();
  const nobody = await look();
  say(`Memory: ${kind}: ${count} connections.`);
  await connect(count);
  const idle = cost(nobody, await look());
  await leave();
  const again = await look();
  say(`Memory: ${kind}: ${count} people in rooms of ${roomSize}.`);
  await enter(count);
  const inRoom = cost(again, await look());
  await leave();
  return { idle, inRoom };
}
