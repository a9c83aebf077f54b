import { readdir, readFile } from 'node:fs/promises';

/** Processor time and memory of a process and all that it started, by /proc. */
export interface TreeUsage {
  /** Processor time used so far, in seconds: the process's own, and that of all under it. */
  cpu: { own: number; children: number };
  /** Resident memory, in MB (10^6 bytes). */
  memory: { own: number; children: number };
}

/**
 * Reads what a process and all under it have used, to the nanosecond where the kernel counts so finely. The tree should
 * stand still in between two readings: what ended takes its time along.
 *
 * @throws Error if the process is not there.
 */
export async function readTree(pid: number): Promise<TreeUsage> {
  const children = await descendants(pid);
  const sum = async (pids: readonly number[], read: (pid: number) => Promise<number>) =>
    (await Promise.all(pids.map(read))).reduce((total, one) => total + one, 0);
  return {
    cpu: { own: await cpuSeconds(pid), children: await sum(children, cpuSeconds) },
    memory: { own: await residentMb(pid), children: await sum(children, residentMb) },
  };
}

/** Share of all cores that were busy between two readings of the machine, 0 to 1. */
export function busyShare(before: MachineTime, after: MachineTime): number {
  const busy = after.busy - before.busy;
  return busy / (busy + after.idle - before.idle);
}

/** Time that all cores together were busy and idle since the machine started, in ticks. */
export interface MachineTime {
  busy: number;
  idle: number;
}

export async function machineTime(): Promise<MachineTime> {
  const [line = ''] = (await readFile('/proc/stat', 'utf8')).split('\n');
  // user, nice, system, idle, iowait, irq, softirq, steal; what follows is part of the first two.
  const times = line.trim().split(/\s+/).slice(1, 9).map(Number);
  const idle = (times[3] ?? 0) + (times[4] ?? 0);
  return { idle, busy: times.reduce((sum, one) => sum + one, 0) - idle };
}

async function descendants(root: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => undefined);
    // The program's name, in parentheses, may hold spaces.
    if (stat) parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const found = [root];
  for (const pid of found) {
    for (const [child, parent] of parents) if (parent === pid) found.push(child);
  }
  return found.slice(1);
}

/** Processor time that a process has used so far, in s. By the scheduler's own clock, which counts nanoseconds for each thread. */
export async function cpuSeconds(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`);
  const times = threads.map(async thread => {
    const text = await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').catch(() => '0');
    return Number(text.split(' ')[0]) / 1e9;
  });
  return (await Promise.all(times)).reduce((sum, one) => sum + one, 0);
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return (Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024) / 1e6;
}
