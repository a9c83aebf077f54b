import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchmarkOptions, Measured } from '../benchmark.ts';
import { scrapeFigures } from '../scrape.ts';
import { Cluster } from './cluster.ts';
import { roomNames } from './rooms.ts';

/** Longer than anything that the operator puts off for a while. */
const settledSeconds = 12;

/** Many Rooms that nothing happens to. */
export async function idle(options: BenchmarkOptions): Promise<Measured> {
  const count = (options.rooms ?? 1_000) * 10;
  const seconds = options.seconds ?? 120;
  const { say, signal } = options;
  const scenario = 'idle';
  await using cluster = await Cluster.start(options);
  const first = await cluster.startOperator('first', false);
  await cluster.warmUp(count);

  say(`Idle: ${count} Rooms are made. That takes a while.`);
  await cluster.rooms.makeAllReady(roomNames(count), ready => say(`  ${ready} of ${count} are Ready`));
  await cluster.audit.quiet(settledSeconds, signal);
  const grown = await first.memoryMb();
  await first.stop();

  say('Idle: another operator takes over.');
  const before = await cluster.audit.mark();
  const operator = await cluster.startOperator('second');
  await cluster.audit.quiet(settledSeconds, signal);
  const taking = await cluster.audit.since(before);
  const takeOverCpu = await operator.cpuSeconds();

  say(`Idle: nothing happens for ${seconds} s.`);
  const mark = await cluster.audit.mark();
  const cpu = await operator.cpuSeconds();
  const began = performance.now();
  await sleep(seconds * 1_000, undefined, { signal });
  const took = (performance.now() - began) / 1_000;
  const requests = await cluster.audit.since(mark);
  const used = (await operator.cpuSeconds()) - cpu;
  const memory = await operator.memoryMb();
  say(`  requests of the operator: ${JSON.stringify(requests.byKind)}`);
  const figures = [
    {
      scenario,
      name: `requests per second, ${count} Rooms`,
      value: requests.total / took,
      unit: '/s',
      aim: { below: 1 },
    },
    { scenario, name: 'share of a core', value: (used / took) * 100, unit: '%', aim: { below: 1 } },
    { scenario, name: 'memory', value: memory.now, unit: 'MB', aim: { below: 300 } },
    { scenario, name: 'peak memory', value: memory.peak, unit: 'MB' },
    { scenario, name: 'peak memory of the operator that saw them made', value: grown.peak, unit: 'MB' },
    { scenario, name: 'processor time to take over', value: takeOverCpu, unit: 's' },
    { scenario, name: 'writes to take over', value: taking.writes, unit: '' },
    ...(await scrapeFigures(scenario, `${count} Rooms`, operator)),
  ];
  return { figures, programs: await cluster.programs() };
}
