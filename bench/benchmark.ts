import type { Figure } from './figures.ts';

export interface BenchmarkOptions {
  /** How many Rooms there are at once. Default: the benchmark's own. */
  rooms: number | undefined;
  /** How long what is steady is watched, in seconds. Default: the benchmark's own. */
  seconds: number | undefined;
  /** Scenarios to run. Default: all. */
  only: readonly string[] | undefined;
  /** Folder for CPU profiles of what is measured. Default: none are made. */
  profiles: string | undefined;
  /** Tells people how far it is. */
  say: (text: string) => void;
  signal: AbortSignal;
}

/** Something that can be measured. */
export interface Benchmark {
  readonly name: string;
  /** What is measured, in one sentence. */
  readonly what: string;
  readonly scenarios: readonly string[];
  run(options: BenchmarkOptions): Promise<Measured>;
}

export interface Measured {
  figures: Figure[];
  /** Versions of the programs that took part. */
  programs: Record<string, string>;
}
