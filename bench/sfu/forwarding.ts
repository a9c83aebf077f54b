import type { BenchmarkOptions, Measured } from '../benchmark.ts';
import { type Aim, type Figure, quantile } from '../figures.ts';
import { readTree } from '../process-tree.ts';
import type { Audience } from './audience.ts';
import { type PerServer, type ServerKind, Stage, serverKinds } from './stage.ts';
import { type Carrier, steadyRate, turns } from './turns.ts';
import type { Window } from './window.ts';

/** A room that forwards video. */
export interface Forwarding {
  scenario: string;
  /** How many people receive something. */
  subscribers: number;
  /** Fills the room. */
  bring: (audience: Audience) => Promise<void>;
  /** What a packet should cost, in µs. */
  aim?: Aim;
}

/** What forwarding costs an SFU, and what it costs a bare worker: one after the other, in turn. */
export async function forwarding(of: Forwarding, options: BenchmarkOptions): Promise<Measured> {
  const { scenario, subscribers } = of;
  const say = (text: string) => options.say(`${scenario}: ${text}`);
  await using stage = await Stage.start(options);
  const carry = async (kind: ServerKind): Promise<Carrier> => {
    say(`${kind}: people come, ${subscribers} of whom receive.`);
    const audience = await stage.gather(kind);
    await of.bring(audience);
    return { audience, pids: [stage.servers[kind].pid] };
  };
  const empty = await residentMb(stage);
  const carriers: PerServer<Carrier> = { sfu: await carry('sfu'), bare: await carry('bare') };
  const bitsPerSecond = await steadyRate(serverKinds, carriers, { ...options, say });
  const windows = await turns(serverKinds, carriers, bitsPerSecond, { ...options, say });
  const memory = ((await residentMb(stage)) - empty) / subscribers;
  return { figures: figuresOf(of, windows, memory), programs: stage.programs };
}

function figuresOf(
  { scenario, subscribers, aim }: Forwarding,
  windows: PerServer<Window[]>,
  memoryMb: number,
): Figure[] {
  const both = [...windows.sfu, ...windows.bare];
  const median = (of: readonly Window[], value: (window: Window) => number) => quantile(of.map(value), 0.5);
  const cost = ({ cpuUs }: Window) => cpuUs.tree;
  const times = windows.sfu.map((one, pair) => cost(one) / cost(windows.bare[pair] ?? one));
  const lost = both.reduce((sum, one) => sum + one.lost, 0);
  const figure = (name: string, value: number, unit: string, wanted?: Aim): Figure => ({
    scenario,
    name,
    value,
    unit,
    ...(wanted && { aim: wanted }),
  });
  return [
    figure('each camera sends', median(both, one => one.bitsPerSecond) / 1e6, 'Mbps'),
    figure('processor time per forwarded packet', median(windows.sfu, cost), 'µs', aim),
    figure(
      'of that, in the main process',
      median(windows.sfu, one => one.cpuUs.main),
      'µs',
    ),
    figure('bare worker', median(windows.bare, cost), 'µs'),
    figure('times the bare worker', quantile(times, 0.5), '', { atMost: 1.03 }),
    figure('packets per second and busy core', 1e6 / median(windows.sfu, cost), '/s'),
    figure(
      'share of a core per subscriber',
      (median(windows.sfu, one => one.cores) / subscribers) * 100,
      '%',
    ),
    figure('memory of the worker per subscriber', memoryMb * 1_000, 'kB'),
    figure('packets lost', lost, '', { atMost: 0 }),
    figure(
      'generator, per packet',
      median(both, one => one.cpuUs.people),
      'µs',
    ),
    figure('cores that were busy, at most', Math.max(...both.map(one => one.busy)) * 100, '%'),
  ];
}

/** Of the SFU's worker: what the main process holds depends on when it collects its garbage. */
async function residentMb({ servers }: Stage): Promise<number> {
  return (await readTree(servers.sfu.pid)).memory.children;
}
