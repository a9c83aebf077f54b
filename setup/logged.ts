import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { cacheDir } from './cache.ts';
import { StepFailedError } from './problems.ts';
import { report } from './progress.ts';

/** Where the output of the step of this name is kept. */
export function logFile(name: string): string {
  return join(cacheDir(), 'logs', `${name}.log`);
}

interface LoggedOptions {
  /** Receives all output; what an earlier run wrote is dropped. */
  readonly log: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Lines that tell people how far it is; of one with a group, the group alone is shown. */
  readonly says?: RegExp;
}

const beat = 20_000;
const tailLines = 15;
const running = new Set<number>();

/**
 * Runs a program to its end with its output in a log, and says every 20 s how far it is.
 *
 * @throws StepFailedError with the last lines of its output
 */
export async function runLogged(
  [command = '', ...args]: readonly string[],
  { log, cwd, env, says }: LoggedOptions,
): Promise<void> {
  mkdirSync(dirname(log), { recursive: true });
  const file = createWriteStream(log);
  file.write(`$ ${[command, ...args].join(' ')}\n`);
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const group = child.pid;
  if (group) running.add(group);
  const tail: string[] = [];
  let last = '';
  const began = Date.now();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', line => {
      file.write(`${line}\n`);
      tail.push(line);
      if (tail.length > tailLines) tail.shift();
      const said = says?.exec(line);
      if (said) last = shorten(said[1] ?? line);
    });
  }
  const timer = setInterval(() => {
    report(`  … ${Math.round((Date.now() - began) / 1000)} s${last ? `: ${last}` : ''}`);
  }, beat);
  try {
    const status = await new Promise<string | undefined>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) =>
        resolve(code === 0 ? undefined : signal ? `was ended by ${signal}` : `ended with status ${code}`),
      );
    });
    if (status) throw new StepFailedError(`${command} ${status}:\n${indent(tail)}`, { log });
  } catch (cause) {
    if (cause instanceof StepFailedError) throw cause;
    throw new StepFailedError(`${command} could not be started: ${cause}`, { log, cause });
  } finally {
    clearInterval(timer);
    if (group) running.delete(group);
    file.end();
  }
}

/** Ends whatever `runLogged` runs, with all that it started. */
export function stopRunning(signal: NodeJS.Signals): void {
  for (const group of running) {
    try {
      process.kill(-group, signal);
    } catch {
      // It ended by itself, or belongs to root and hears of it from sudo.
    }
  }
}

const shorten = (line: string) => (line.length > 80 ? `${line.slice(0, 79)}…` : line);
const indent = (lines: readonly string[]) => lines.map(line => `    ${line}`).join('\n');
