import type { BenchmarkOptions, Measured } from '../benchmark.ts';
import { type Figure, quantile } from '../figures.ts';
import { Servers } from './servers.ts';
import { type Carrier, steadyRate, turns } from './turns.ts';

/** What carries the room. Where two do, who sends is with half of those who watch. */
const ways = ['one worker', 'two workers', 'two pods'] as const;
type Way = (typeof ways)[number];

/** What forwarding costs in a room on two workers of a pod, and on two pods, beside the same room on one worker. */
export async function spread(options: BenchmarkOptions): Promise<Measured> {
  const viewers = Math.max(2, options.clients ?? 100);
  const say = (text: string) => options.say(`spread: ${text}`);
  await using servers = await Servers.open(options);
  const half = Math.ceil(viewers / 2);
  const one = await servers.startSfu('one', { consumersPerWorker: viewers * 2 });
  const two = await servers.startSfu('two', { workers: 2, consumersPerWorker: half });
  const [main, further] = [await servers.startSfu('main'), await servers.startSfu('further')];
  const carry = async (way: Way, ...on: [typeof one, ...(typeof one)[]]): Promise<Carrier> => {
    say(`${way}: people come, ${viewers} of whom receive.`);
    const [first, ...others] = on;
    const audience = await servers.gather(first, others);
    await audience.bringViewers({ viewers, cameras: 1 });
    return { audience, pids: on.map(({ pid }) => pid) };
  };
  const carriers: Record<Way, Carrier> = {
    'one worker': await carry('one worker', one),
    'two workers': await carry('two workers', two),
    'two pods': await carry('two pods', main, further),
  };
  const bitsPerSecond = await steadyRate(ways, carriers, { ...options, say });
  const windows = await turns(ways, carriers, bitsPerSecond, { ...options, say });
  const cost = (way: Way) => windows[way].map(({ cpuUs }) => cpuUs.tree);
  const efficiency = (way: Way) => {
    const beside = cost(way);
    return quantile(
      cost('one worker').map((alone, turn) => alone / (beside[turn] ?? alone)),
      0.5,
    );
  };
  const lost = ways.flatMap(way => windows[way]).reduce((sum, one) => sum + one.lost, 0);
  const figure = (name: string, value: number, unit: string, aim?: Figure['aim']): Figure => ({
    scenario: 'spread',
    name,
    value,
    unit,
    ...(aim && { aim }),
  });
  const figures = [
    figure('each camera sends', bitsPerSecond / 1e6, 'Mbps'),
    ...ways.map(way => figure(`${way}: processor time per forwarded packet`, quantile(cost(way), 0.5), 'µs')),
    figure('two workers: efficiency beside one', efficiency('two workers') * 100, '%'),
    figure('two pods: efficiency beside one', efficiency('two pods') * 100, '%'),
    figure('packets lost', lost, '', { atMost: 0 }),
  ];
  return { figures, programs: servers.programs };
}
