import type { BenchmarkOptions, Measured } from '../benchmark.ts';
import { quantile } from '../figures.ts';
import { Cluster } from './cluster.ts';
import { roomNames } from './rooms.ts';

/** How many Rooms are made one after the other. */
const singles = 200;

/** Many Rooms at once on warm capacity, then single ones beside them. */
export async function burst(options: BenchmarkOptions): Promise<Measured> {
  const count = options.rooms ?? 1_000;
  const { say, signal } = options;
  const scenario = 'burst';
  await using cluster = await Cluster.start(options);
  const operator = await cluster.startOperator();
  const samples = Math.min(singles, count * 4);
  await cluster.warmUp(count + samples);
  await cluster.audit.quiet(2, signal);

  say(`Burst: ${count} Rooms are made at once.`);
  const mark = await cluster.audit.mark();
  const cpu = await operator.cpuSeconds();
  const took = await cluster.rooms.makeAllReady(roomNames(count), ready => say(`  ${ready} are Ready`));
  await cluster.audit.quiet(2, signal);
  const requests = await cluster.audit.since(mark);
  const cpuSeconds = (await operator.cpuSeconds()) - cpu;
  say(`  requests of the operator: ${JSON.stringify(requests.byKind)}`);

  say(`Burst: ${samples} more are made one after the other.`);
  const ms: number[] = [];
  for (const name of roomNames(samples, 'single')) {
    signal.throwIfAborted();
    ms.push(await cluster.rooms.makeReady(name));
  }
  const { peak } = await operator.memoryMb();
  const figures = [
    { scenario, name: `${count} Rooms made`, value: took.madeSeconds, unit: 's' },
    { scenario, name: 'all of them Ready', value: took.readySeconds, unit: 's', aim: { atMost: 15 } },
    { scenario, name: 'API writes per Room', value: requests.writes / count, unit: '', aim: { atMost: 4 } },
    { scenario, name: 'single Room Ready, p50', value: quantile(ms, 0.5), unit: 'ms' },
    { scenario, name: 'single Room Ready, p99', value: quantile(ms, 0.99), unit: 'ms', aim: { below: 300 } },
    { scenario, name: 'processor time of the operator', value: cpuSeconds, unit: 's' },
    { scenario, name: 'peak memory of the operator', value: peak, unit: 'MB' },
  ];
  return { figures, programs: await cluster.programs() };
}
