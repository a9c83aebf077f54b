import type { BenchmarkOptions } from '../benchmark.ts';
import type { Audience } from './audience.ts';
import { type Window, watch } from './window.ts';

const rounds = 6;
const wishedBitsPerSecond = 1_000_000;
/** What the rate is multiplied by while packets are lost, and how often at most. */
const lowerBy = 0.7;
const lowerAtMost = 6;

/** The people of a room, and the processes that carry it. */
export interface Carrier {
  audience: Audience;
  pids: readonly number[];
}

type Options = Pick<BenchmarkOptions, 'seconds' | 'signal' | 'say'>;

/** The rate, in bit/s, at which none of these loses packets on this machine, or the lowest that is tried. Warms up, too. */
export async function steadyRate<Name extends string>(
  names: readonly Name[],
  carriers: Record<Name, Carrier>,
  options: Options,
): Promise<number> {
  let bitsPerSecond = wishedBitsPerSecond;
  for (let lowered = 0; lowered < lowerAtMost; lowered++) {
    let lost = 0;
    for (const name of names) lost += (await measure(name, carriers[name], bitsPerSecond, options)).lost;
    if (lost === 0) break;
    bitsPerSecond *= lowerBy;
    options.say(`this machine loses packets: goes on at ${(bitsPerSecond / 1e6).toFixed(2)} Mbps.`);
  }
  return bitsPerSecond;
}

/** Lets each send in turn, to and fro, so that what changes on the machine meanwhile is everybody's. */
export async function turns<Name extends string>(
  names: readonly Name[],
  carriers: Record<Name, Carrier>,
  bitsPerSecond: number,
  options: Options,
): Promise<Record<Name, Window[]>> {
  const windows = Object.fromEntries(names.map(name => [name, [] as Window[]])) as Record<Name, Window[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      windows[name].push(await measure(name, carriers[name], bitsPerSecond, options));
    }
  }
  return windows;
}

async function measure(
  name: string,
  { audience, pids }: Carrier,
  bitsPerSecond: number,
  { seconds = 5, signal, say }: Options,
): Promise<Window> {
  signal.throwIfAborted();
  const window = await watch(audience, pids, { bitsPerSecond, seconds });
  const { cpuUs, forwarded, lost, busy } = window;
  say(
    `${name}: ${forwarded} packets, ${lost} lost, ${cpuUs.tree.toFixed(2)} µs each; machine ${(busy * 100).toFixed(0)} % busy`,
  );
  return window;
}
