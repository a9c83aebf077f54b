import { availableParallelism, cpus, release, totalmem } from 'node:os';

/** What the figures were measured on. */
export interface Machine {
  cores: number;
  processor: string;
  memoryGiB: number;
  kernel: string;
  node: string;
  /** Versions of the other programs that were part of it. */
  programs: Record<string, string>;
}

export function thisMachine(programs: Record<string, string>): Machine {
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.versions.node,
    programs,
  };
}
