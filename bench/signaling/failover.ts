import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchmarkOptions, Measured } from '../benchmark.ts';
import { quantile } from '../figures.ts';
import { now } from './clock.ts';
import { deal } from './places.ts';
import { Stage } from './stage.ts';

const roomSize = 5;
/** Nobody may be away for so long, in ms, before everyone counts as back. */
const quietMs = 3_000;
const longestMs = 60_000;

/** One of two replicas is killed without a word; those who were on it come back by themselves. */
export async function failover(options: BenchmarkOptions): Promise<Measured> {
  const { say, signal } = options;
  const scenario = 'failover';
  await using stage = await Stage.start(options);
  const doomed = await stage.startReplica();
  const survivor = await stage.startReplica();
  const entrance = await stage.startEntrance([doomed, survivor]);
  const { crowds } = stage;
  const rooms = await stage.makeRooms(Math.ceil((options.clients ?? 500) / roomSize), roomSize);
  const people = rooms.flatMap(room => Array<typeof room>(roomSize).fill(room));
  say(`Failover: ${people.length} people enter ${rooms.length} rooms over two replicas.`);
  await Promise.all(
    deal(people, crowds).map(([crowd, rooms]) => crowd.call('stay', { url: entrance.url, rooms })),
  );

  signal.throwIfAborted();
  const killedAt = now();
  await doomed.kill();
  let returns: Awaited<ReturnType<typeof look>>;
  const look = async () => {
    const all = await Promise.all(crowds.map(crowd => crowd.call('returns')));
    return {
      at: all.flatMap(({ at }) => at),
      away: all.reduce((sum, { away }) => sum + away, 0),
      gaveUp: all.flatMap(({ gaveUp }) => gaveUp),
    };
  };
  let seenAway = now();
  do {
    await sleep(100, undefined, { signal });
    returns = await look();
    if (returns.away > returns.gaveUp.length) seenAway = now();
  } while (now() - seenAway < quietMs && now() - killedAt < longestMs);
  const ms = returns.at.map(at => at - killedAt);
  for (const reason of new Set(returns.gaveUp)) say(`Failover: ${reason}`);
  say(`Failover: ${ms.length} of ${people.length} were on the one that was killed.`);

  const { connected } = await stage.count(rooms);
  const figures = [
    ...[0.5, 0.9, 0.99].map(share => ({
      scenario,
      name: `resumed after the kill, p${share * 100}`,
      value: quantile(ms, share),
      unit: 'ms',
      ...(share === 0.99 && { aim: { below: 2_000 } }),
    })),
    { scenario, name: 'the last one', value: Math.max(...ms), unit: 'ms' },
    { scenario, name: 'resumed', value: ms.length, unit: '' },
    { scenario, name: 'not back', value: people.length - connected, unit: '', aim: { atMost: 0 } },
  ];
  return { figures, programs: await stage.programs() };
}
