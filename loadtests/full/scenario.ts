import { spawn } from 'node:child_process';
import { access, constants, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { z } from 'zod';

/** As `k6/summary` writes it, as far as it is read here. */
const Result = z.object({
  scenario: z.string(),
  passed: z.boolean(),
  durationMs: z.number(),
  limits: z.array(
    z.object({
      metric: z.string(),
      expression: z.string(),
      value: z.number().optional(),
      isTime: z.boolean(),
      kept: z.boolean(),
    }),
  ),
  metrics: z.record(z.string(), z.unknown()),
});

/** How a scenario of signaling went. */
export interface ScenarioResult {
  scenario: string;
  /** What ran it: k6 where it is on the PATH, else Node, which carries less. */
  by: 'k6' | 'node';
  status: number;
  /** Absent where it said nothing, as when it could not begin. */
  result?: z.output<typeof Result>;
}

export interface ScenarioOptions {
  scenario: string;
  /** Its settings, besides those of this process. */
  env: Readonly<Record<string, string>>;
  /** Folder for what it writes. */
  folder: string;
  signal: AbortSignal;
}

/** The program k6, if it is on the PATH. */
export async function findK6(path = process.env.PATH ?? ''): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const program = join(folder, 'k6');
    if (
      await access(program, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return program;
  }
  return undefined;
}

/** Runs a scenario in a process of its own. What it says goes to standard error. */
export async function runScenarioBeside({
  scenario,
  env,
  folder,
  signal,
}: ScenarioOptions): Promise<ScenarioResult> {
  const k6 = await findK6();
  const file = join(import.meta.dirname, `../k6/${scenario}.ts`);
  const [program, args]: [string, string[]] = k6
    ? [k6, ['run', file]]
    : [process.execPath, [join(import.meta.dirname, '../main.ts'), scenario]];
  const child = spawn(program, args, {
    env: { ...process.env, ...env, RESULTS: folder },
    stdio: ['ignore', 2, 2],
  });
  // Ctrl-C in a terminal reaches it by itself; asked twice it would not end as it should.
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  const status = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', code => resolve(code ?? 1));
  }).finally(() => signal.removeEventListener('abort', stop));
  const by = k6 ? 'k6' : 'node';
  const text = await readFile(join(folder, `${scenario}.json`), 'utf8').catch(() => undefined);
  const read = text === undefined ? undefined : Result.safeParse(JSON.parse(text));
  return { scenario, by, status, ...(read?.success && { result: read.data }) };
}
