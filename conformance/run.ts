import { type Check, type Rule, type Run, runsOf, timeoutOf, type Version } from './check.ts';
import type { Endpoint } from './endpoint.ts';
import { Stage } from './stage.ts';

/** How one check went. */
export type Outcome =
  | { readonly is: 'kept' | 'broken'; readonly why?: string; readonly ms: number }
  | { readonly is: 'skipped'; readonly why: string };

export interface Result {
  readonly rule: Rule;
  readonly title: string;
  readonly version: Version;
  readonly outcome: Outcome;
}

/** Checks that run at the same time; most of them wait for answers. */
const atOnce = 4;

/** Plays one check. @throws Error if the rule is broken, or anything came that does not fit the protocol. */
export async function play({ check, version }: Run, endpoint: Endpoint): Promise<void> {
  await using stage = new Stage(endpoint, version);
  const timeoutMs = timeoutOf(check);
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`it took more than ${timeoutMs / 1000} s`)), timeoutMs);
  try {
    await Promise.race([check.run(stage), late]);
  } finally {
    clearTimeout(timer);
  }
  if (stage.violations.length > 0) throw new Error(stage.violations.join('\n'));
}

/** Plays all checks, and tells of each as it is done. Those that were not begun when `signal` aborts are left out. */
export async function playAll(
  checks: readonly Check[],
  endpoint: Endpoint,
  tell: (result: Result) => void,
  signal: AbortSignal,
): Promise<Result[]> {
  const runs = runsOf(checks);
  // The longest first, so that they do not stand alone at the end.
  const queue = runs.map((_, i) => i).sort((a, b) => timeoutAt(runs, b) - timeoutAt(runs, a));
  const results = new Map<number, Result>();
  const work = async () => {
    for (let i = queue.shift(); i !== undefined && !signal.aborted; i = queue.shift()) {
      const run = runs[i];
      if (!run) continue;
      const { rule, title } = run.check;
      const result = { rule, title, version: run.version, outcome: await outcomeOf(run, endpoint) };
      results.set(i, result);
      tell(result);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return runs.flatMap((_, i) => results.get(i) ?? []);
}

const timeoutAt = (runs: readonly Run[], i: number) => {
  const run = runs[i];
  return run ? timeoutOf(run.check) : 0;
};

async function outcomeOf(run: Run, endpoint: Endpoint): Promise<Outcome> {
  if (run.check.closesRooms && !endpoint.rooms.makeClosing) {
    return { is: 'skipped', why: 'The REST API does not close rooms that are open.' };
  }
  const began = performance.now();
  try {
    await play(run, endpoint);
    return { is: 'kept', ms: performance.now() - began };
  } catch (error) {
    const why = error instanceof Error ? error.message : `${error}`;
    return { is: 'broken', why, ms: performance.now() - began };
  }
}
