import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEnd, noRestarts } from './runner/backoff.ts';

/** Environment variable that every process of a stack carries, so that a later start finds what a crash left. */
export const stackVariable = 'PARLEY_STACK';

/** Where util-linux puts the program that makes the kernel kill a child when its parent dies. */
const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find(path => existsSync(path));

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A program that runs in a session of its own: a terminal's Ctrl-C does not reach it. */
export interface RunningProcess {
  readonly pid: number;
  /** Resolves when the program itself ended; its own children may still run until `killGroup`. */
  readonly exited: Promise<Exit>;
  signal(signal: NodeJS.Signals): void;
  /** Kills the program and everything it started in its process group. */
  killGroup(): void;
}

export interface ProcessOptions {
  command: readonly [string, ...string[]];
  /** The whole environment. */
  env: Record<string, string>;
  cwd: string;
  /** File that standard output and standard error are appended to. */
  logFile: string;
}

/**
 * Starts a program. It dies with this process where the kernel can be told so.
 *
 * @throws Error if it cannot be started at all.
 */
export async function startProcess({ command, env, cwd, logFile }: ProcessOptions): Promise<RunningProcess> {
  const log = openSync(logFile, 'a', 0o600);
  const [program, ...args] = setpriv ? [setpriv, '--pdeathsig', 'KILL', '--', ...command] : command;
  let child: ChildProcess;
  try {
    child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', log, log] });
  } finally {
    closeSync(log);
  }
  const exited = new Promise<Exit>(resolve => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  await once(child, 'spawn');
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} has no process id.`);
  return {
    pid,
    exited,
    signal: signal => void child.kill(signal),
    killGroup: () => killGroup(pid),
  };
}

/**
 * Starts a program again whenever it ends by itself, at once and then ever later, until `signal` aborts.
 *
 * @param ended is told of every such end.
 */
export async function keepRunning(
  first: RunningProcess,
  startAgain: () => Promise<RunningProcess>,
  ended: (exit: Exit) => void,
  signal: AbortSignal,
): Promise<void> {
  let history = noRestarts;
  for (let running = first; ; running = await startAgain()) {
    const began = Date.now();
    const exit = await running.exited;
    if (signal.aborted) return;
    ended(exit);
    const next = afterEnd(history, Date.now() - began);
    history = next.history;
    await sleep(next.delayMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
  }
}

/** Asks a process to end, and kills its whole group when it has ended or after `graceMs`. */
export async function stopProcess(running: RunningProcess, graceMs: number): Promise<Exit> {
  running.signal('SIGTERM');
  const late = new AbortController();
  const grace = sleep(graceMs, undefined, { signal: late.signal }).then(
    () => running.killGroup(),
    () => undefined,
  );
  const exit = await running.exited;
  late.abort();
  await grace;
  running.killGroup();
  return exit;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing of the group is left.
  }
}
