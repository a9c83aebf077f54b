import type { BenchmarkOptions, Measured } from '../benchmark.ts';
import { type Figure, quantile } from '../figures.ts';
import { readTree } from '../process-tree.ts';
import type { ViewerStep } from './audience.ts';
import { type PerServer, type ServerKind, Stage } from './stage.ts';

/** As many as one participant may send. */
const cameras = 8;
/** How many came before, so that what a server makes once is there. */
const warmUp = 10;

/** What one step of one viewer took. */
interface Cost {
  /** Processor time of the server's processes, in ms. */
  cpuMs: number;
  /** Time until the step was done, in ms: the median. */
  tookMs: number;
}

interface Costs {
  steps: Partial<Record<ViewerStep, Cost>>;
  /** What a consumer adds before media flows, in kB: resident memory of the worker, heap and buffers of the main process. */
  memory: { worker: number; main: number };
}

/** What viewers cost who come one after the other: their transports, consumers and connections. */
export async function setup(options: BenchmarkOptions): Promise<Measured> {
  const viewers = options.clients ?? 100;
  await using stage = await Stage.start(options);
  const costs: PerServer<Costs> = {
    sfu: await measure(stage, 'sfu', viewers, options),
    bare: await measure(stage, 'bare', viewers, options),
  };
  return { figures: figuresOf(costs), programs: stage.programs };
}

async function measure(
  stage: Stage,
  kind: ServerKind,
  viewers: number,
  { say, signal }: BenchmarkOptions,
): Promise<Costs> {
  say(`setup: ${kind}: warms up.`);
  const first = await stage.gather(kind);
  await first.bringViewers({ viewers: Math.min(warmUp, viewers), cameras });
  say(`setup: ${kind}: ${viewers} viewers of ${cameras} cameras come.`);
  const server = stage.servers[kind];
  const cpuSeconds = async () => {
    const { cpu } = await readTree(server.pid);
    return cpu.own + cpu.children;
  };
  const heldKb = async () => {
    const { heapUsed, external } = await server.memoryAfterGc();
    const { memory } = await readTree(server.pid);
    return { worker: memory.children * 1_000, main: (heapUsed + external) / 1_000 };
  };

  const costs: Costs = { steps: {}, memory: { worker: 0, main: 0 } };
  let held = await heldKb();
  let cpu = await cpuSeconds();
  const audience = await stage.gather(kind);
  await audience.bringViewers({ viewers, cameras }, async (step, times) => {
    signal.throwIfAborted();
    if (times.length > 0) {
      const cpuMs = (((await cpuSeconds()) - cpu) * 1_000) / viewers;
      costs.steps[step] = { cpuMs, tookMs: quantile(times, 0.5) };
    }
    const now = await heldKb();
    if (step === 'consume') {
      const each = (part: keyof typeof now) => (now[part] - held[part]) / (viewers * cameras);
      costs.memory = { worker: each('worker'), main: each('main') };
    }
    held = now;
    // What the collection took does not count.
    cpu = await cpuSeconds();
  });
  return costs;
}

function figuresOf(costs: PerServer<Costs>): Figure[] {
  const scenario = 'setup';
  const names = {
    open: 'a transport is opened',
    consume: `${cameras} consumers are opened`,
    connect: 'a transport is connected (ICE, DTLS)',
  } as const;
  const of = ({ steps, memory }: Costs, whose: string): Figure[] => [
    ...(['open', 'consume', 'connect'] as const).flatMap(step => {
      const { cpuMs = 0, tookMs = 0 } = steps[step] ?? {};
      return [
        { scenario, name: `${whose}${names[step]}: processor time`, value: cpuMs, unit: 'ms' },
        { scenario, name: `${whose}${names[step]}: p50`, value: tookMs, unit: 'ms' },
      ];
    }),
    { scenario, name: `${whose}memory per consumer, worker`, value: memory.worker, unit: 'kB' },
    { scenario, name: `${whose}memory per consumer, main process`, value: memory.main, unit: 'kB' },
  ];
  return [...of(costs.sfu, ''), ...of(costs.bare, 'bare worker: ')];
}
