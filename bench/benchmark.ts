import type { Figure } from './figures.ts';

export interface BenchmarkOptions {
  /** How many Rooms there are at once. Default: the benchmark's own. */
  rooms: number | undefined;
  /** How many clients there are at once. Default: each scenario's own. */
  clients: number | undefined;
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
  /** Which of the sizes it can be given. */
  readonly size: 'rooms' | 'clients';
  run(options: BenchmarkOptions): Promise<Measured>;
}

export interface Measured {
  figures: Figure[];
  /** Versions of the programs that took part. */
  programs: Record<string, string>;
}

/** Runs the scenarios that were asked for, one after the other. */
export async function runScenarios(
  scenarios: Record<string, (options: BenchmarkOptions) => Promise<Measured>>,
  options: BenchmarkOptions,
): Promise<Measured> {
  const all: Measured = { figures: [], programs: {} };
  for (const [name, scenario] of Object.entries(scenarios)) {
    if (options.only && !options.only.includes(name)) continue;
    const { figures, programs } = await scenario(options);
    all.figures.push(...figures);
    Object.assign(all.programs, programs);
  }
  return all;
}
