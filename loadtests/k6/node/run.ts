/**
 * Runs the scenario files of k6 on Node, for those who have no k6 at hand and for tests. It is not k6: all people are in one process
 * and one engine, which carries some hundreds, and it knows one executor, the one that the scenarios use.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { SummaryData } from '../summary/result.ts';
import { installK6Modules } from './hooks.ts';

/** Exit statuses, which are k6's. */
export const statuses = { passed: 0, limitBroken: 99, stopped: 105, scriptFailed: 107 } as const;

const Callable = z.custom<(...args: unknown[]) => unknown>(value => typeof value === 'function');
const Script = z.object({
  options: z.object({
    scenarios: z.record(
      z.string(),
      z.object({
        executor: z.literal('per-vu-iterations'),
        vus: z.int().min(1),
        iterations: z.literal(1),
        maxDuration: z.string(),
      }),
    ),
    thresholds: z.record(z.string(), z.array(z.string())),
  }),
  default: Callable,
  setup: Callable.optional(),
  teardown: Callable.optional(),
  handleSummary: Callable,
});
type Script = z.output<typeof Script>;

export interface RunOptions {
  /** URL of the scenario's file. */
  readonly script: URL;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  say(text: string): void;
}

/** Runs a scenario once in this process. Answers with the status to exit with. */
export async function runScenario({ script: url, env, signal, say }: RunOptions): Promise<number> {
  Object.assign(globalThis, { __ENV: env });
  installK6Modules();
  const { record } = await import('./samples.ts');
  let script: Script;
  let world: unknown;
  try {
    script = Script.parse(await import(url.href));
    record.limit(script.options.thresholds);
    say('Preparing…');
    world = await script.setup?.();
  } catch (error) {
    say(error instanceof Error ? error.message : `${error}`);
    return statuses.scriptFailed;
  }
  const began = performance.now();
  try {
    await Promise.race([playAll(script, world, say), aborted(signal)]);
  } finally {
    await script.teardown?.(world);
  }
  const data = record.summary(performance.now() - began);
  const files = z.record(z.string(), z.string()).parse(script.handleSummary(data));
  for (const [path, content] of Object.entries(files)) {
    if (path === 'stdout') process.stdout.write(content);
    else await mkdir(dirname(path), { recursive: true }).then(() => writeFile(path, content));
  }
  if (signal.aborted) return statuses.stopped;
  return allKept(data) ? statuses.passed : statuses.limitBroken;
}

async function playAll(script: Script, world: unknown, say: (text: string) => void): Promise<void> {
  const { executions } = await import('./modules/execution.ts');
  const { record } = await import('./samples.ts');
  record.declare('iterations', 'counter', false);
  record.declare('iteration_duration', 'trend', true);
  const [[scenario, { vus }] = ['', { vus: 0 }]] = Object.entries(script.options.scenarios);
  const startTime = Date.now();
  say(`${scenario}: ${vus} virtual users on Node. This is not k6, and carries less.`);
  await Promise.all(
    Array.from({ length: vus }, (_, index) =>
      executions.run({ idInTest: index + 1, scenario, startTime }, async () => {
        const began = performance.now();
        try {
          // What `setup` answers reaches everyone as JSON, as in k6.
          await script.default(world === undefined ? undefined : JSON.parse(JSON.stringify(world)));
        } catch (error) {
          say(`An iteration failed: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
        }
        record.add('iterations', 1, {});
        record.add('iteration_duration', performance.now() - began, {});
      }),
    ),
  );
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function allKept({ metrics = {} }: SummaryData): boolean {
  return Object.values(metrics).every(({ thresholds = {} }) =>
    Object.values(thresholds).every(({ ok }) => ok),
  );
}
