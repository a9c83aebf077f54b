import { busyShare, machineTime, readTree, type TreeUsage } from '../process-tree.ts';
import type { Audience } from './audience.ts';

/** What one server, or several that share a room, did while its cameras sent. */
export interface Window {
  /** What each camera sent, in bit/s. */
  bitsPerSecond: number;
  /** Packets that arrived, all receivers together. */
  forwarded: number;
  lost: number;
  /** Processor time for each packet that was forwarded, in µs: of the servers' processes, of the first of each alone, of the people's. */
  cpuUs: { tree: number; main: number; people: number };
  /** Share of a core that the servers' processes took. */
  cores: number;
  /** Share of all cores that anybody took. */
  busy: number;
}

/** Lets the cameras send for so long, and reads what that took of the processes `pids` and those under them. */
export async function watch(
  audience: Audience,
  pids: readonly number[],
  of: { bitsPerSecond: number; seconds: number },
): Promise<Window> {
  const read = async () => ({
    machine: await machineTime(),
    people: await audience.cpuSeconds(),
    trees: await Promise.all(pids.map(readTree)),
  });
  const before = await read();
  const { sentBits, forwarded, lost } = await audience.watch(of);
  const after = await read();
  const sum = (trees: TreeUsage[], part: keyof TreeUsage['cpu']) =>
    trees.reduce((total, { cpu }) => total + cpu[part], 0);
  const used = (part: keyof TreeUsage['cpu']) => sum(after.trees, part) - sum(before.trees, part);
  const each = (seconds: number) => (seconds * 1e6) / forwarded;
  const tree = used('own') + used('children');
  return {
    bitsPerSecond: sentBits / of.seconds,
    forwarded,
    lost,
    cpuUs: { tree: each(tree), main: each(used('own')), people: each(after.people - before.people) },
    cores: tree / of.seconds,
    busy: busyShare(before.machine, after.machine),
  };
}
