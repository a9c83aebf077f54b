import type { BenchmarkOptions, Measured } from '../benchmark.ts';
import { quantile } from '../figures.ts';
import { Cluster } from './cluster.ts';
import { roomNames } from './rooms.ts';

const repetitions = 5;

/** The leader of two operators is killed; a Room that is made at that moment tells when the other acts. */
export async function failover(options: BenchmarkOptions): Promise<Measured> {
  const count = options.rooms ?? 1_000;
  const { say, signal } = options;
  const scenario = 'failover';
  await using cluster = await Cluster.start(options);
  let leader = await cluster.startOperator('operator-0', false);
  await cluster.warmUp(count + repetitions);
  say(`Failover: ${count} Rooms are made.`);
  await cluster.rooms.makeAllReady(roomNames(count), ready => say(`  ${ready} are Ready`));
  await cluster.audit.quiet(2, signal);

  const seconds: number[] = [];
  for (const [index, name] of roomNames(repetitions, 'after').entries()) {
    const standby = await cluster.startOperator(`operator-${index + 1}`, false);
    signal.throwIfAborted();
    await leader.kill();
    const took = (await cluster.rooms.makeReady(name)) / 1_000;
    say(`Failover: killed the leader; ${took.toFixed(1)} s later a new Room was Ready.`);
    seconds.push(took);
    leader = standby;
  }
  const figures = [
    { scenario, name: 'until the other acts, median', value: quantile(seconds, 0.5), unit: 's' },
    { scenario, name: `longest of ${repetitions}`, value: Math.max(...seconds), unit: 's' },
  ];
  return { figures, programs: await cluster.programs() };
}
