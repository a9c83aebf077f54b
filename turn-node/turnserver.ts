import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Logger } from '@parley/telemetry';
import { type CoturnEvent, CoturnLog } from './coturn-events.ts';
import { cleanLine, isComplaint } from './log-lines.ts';

/** Wait before a new start after the first death, doubled at each further one, in ms. */
const firstDelayMs = 100;
const longestDelayMs = 5_000;
/** A process that ran for so long was well. */
const stableMs = 30_000;
/** What a process gets to end by itself, in ms. */
const graceMs = 2_000;

/** Where util-linux puts the program that makes the kernel end a child whose parent is gone. */
const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find(path => existsSync(path));
/**
 * Some packages give coturn's program a capability. A process that gains one outlives its parent all the same, and hides
 * its sockets from a parent that has none.
 */
const setprivArgs = ['--pdeathsig', 'KILL', '--no-new-privs', '--'];

export interface TurnserverOptions {
  bin: string;
  args: readonly string[];
  log: Logger;
  /** Is told of what coturn says that it did. */
  onEvent: (event: CoturnEvent) => void;
  /** Is told of every end that nobody asked for. */
  onDeath: () => void;
}

/** The coturn process. It is started again when it dies, at once and then ever later, until it is stopped. */
export class Turnserver {
  readonly #options: TurnserverOptions;
  #child: ChildProcess | undefined;
  #stopped = false;
  #delayMs = firstDelayMs;
  #timer: NodeJS.Timeout | undefined;
  #starts = 0;

  constructor(options: TurnserverOptions) {
    this.#options = options;
  }

  /** Process id while it runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Tells one process from the one after it. */
  get incarnation(): number {
    return this.#starts;
  }

  start(): void {
    if (this.#stopped) return;
    const { bin, args, log, onEvent } = this.#options;
    const began = Date.now();
    const command = setpriv ? [setpriv, ...setprivArgs, bin, ...args] : [bin, ...args];
    const [program = bin, ...rest] = command;
    const child = spawn(program, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH ?? '' },
    });
    this.#child = child;
    this.#starts += 1;
    let complaint: string | undefined;
    const isDebugged = log.isLevelEnabled('debug');
    for (const output of [child.stdout, child.stderr]) {
      const events = new CoturnLog();
      createInterface({ input: output }).on('line', line => {
        const event = events.read(line);
        if (event) onEvent(event);
        // A busy relay says much, and a line that is not passed on needs no cleaning.
        if (!isDebugged && !isComplaint(line)) return;
        const message = cleanLine(line);
        if (isComplaint(message)) complaint = message;
        if (message) log.debug({ from: 'coturn' }, message);
      });
    }
    child.once('spawn', () => log.info({ pid: child.pid }, 'coturn started'));
    child.once('error', error => {
      complaint = error.message;
      if (child.pid === undefined) this.#ended(child, began, 'could not be started', complaint);
    });
    // Its output is whole by then.
    child.once('close', (code, signal) =>
      this.#ended(child, began, signal ? `by ${signal}` : `with status ${code}`, complaint),
    );
  }

  /** Sends a signal to the process, if it runs. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Ends the process for good. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (child?.pid === undefined) return;
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await closed;
    clearTimeout(timer);
  }

  #ended(child: ChildProcess, began: number, how: string, complaint: string | undefined): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    const { log } = this.#options;
    if (this.#stopped) {
      log.info('coturn ended');
      return;
    }
    if (Date.now() - began >= stableMs) this.#delayMs = firstDelayMs;
    const delayMs = this.#delayMs;
    this.#delayMs = Math.min(delayMs * 2, longestDelayMs);
    log.error({ how, complaint, againInMs: delayMs }, 'coturn died, and the allocations with it');
    this.#timer = setTimeout(() => this.start(), delayMs);
    this.#options.onDeath();
  }
}
