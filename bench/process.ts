import { readFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type RunningProcess, startProcess, stopProcess } from '@parley/local';
import { eventually, freePort } from '@parley/testing';
import { cpuSeconds } from './process-tree.ts';

const checkout = join(import.meta.dirname, '..');

export interface ServerOptions {
  /** What it is called in messages, and its log. */
  name: string;
  /** The file that Node runs, from the top of the checkout. */
  program: string;
  environment: Record<string, string>;
  /** Folder for its log. */
  dir: string;
  /** Folder for its CPU profile; written when it stops. */
  profiles: string | undefined;
  /** Whether `memoryAfterGc` will be asked for. */
  probed?: boolean;
}

/** A server in a process of its own, as it runs in its pod. It dies with this process. */
export class ServerProcess {
  readonly port: number;
  readonly #process: RunningProcess;
  readonly #probe: string;
  #wanted = true;
  /** Resolves if it ends by itself, with what it said last. */
  readonly broke: Promise<Error>;

  private constructor(process: RunningProcess, port: number, name: string, files: Files) {
    this.#process = process;
    this.#probe = files.probe;
    this.port = port;
    this.broke = new Promise(resolve => {
      void process.exited.then(async () => {
        if (this.#wanted) resolve(new Error(`${name} ended: ${await lastLines(files.log)}`));
      });
    });
  }

  /** Starts it on a free port of 127.0.0.1. @throws Error if it is not ready within a minute. */
  static async start(options: ServerOptions): Promise<ServerProcess> {
    const { name, program, environment, dir, profiles, probed = false } = options;
    const files = { log: join(dir, `${name}.log`), probe: join(dir, `${name}.sock`) };
    const port = await freePort();
    const profiling = profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`];
    const probing = probed ? ['--expose-gc', '--import', join(import.meta.dirname, 'memory-probe.ts')] : [];
    const running = await startProcess({
      command: [process.execPath, ...profiling, ...probing, join(checkout, program)],
      env: {
        ...environment,
        PATH: process.env.PATH ?? '',
        POD_NAME: name,
        LISTEN_HOST: '127.0.0.1',
        PORT: `${port}`,
        ...(probed && { MEMORY_PROBE: files.probe }),
      },
      cwd: dir,
      logFile: files.log,
    });
    let ended = false;
    void running.exited.then(() => {
      ended = true;
    });
    const answered = await eventually(
      `${name} to be ready`,
      async () => {
        if (ended) return 'ended';
        return (await fetch(`http://127.0.0.1:${port}/readyz`)).ok && 'ready';
      },
      60_000,
    ).catch(error => {
      running.killGroup();
      throw error;
    });
    if (answered === 'ended') throw new Error(`${name} ended: ${await lastLines(files.log)}`);
    return new ServerProcess(running, port, name, files);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** Processor time that it has used so far, in seconds. */
  cpuSeconds(): Promise<number> {
    return cpuSeconds(this.#process.pid);
  }

  /** Resident memory in MB (10^6 bytes), now and at most. */
  async memoryMb(): Promise<{ now: number; peak: number }> {
    const status = await readFile(`/proc/${this.#process.pid}/status`, 'utf8');
    const read = (field: string) =>
      (Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1]) * 1024) / 1e6;
    return { now: read('VmRSS'), peak: read('VmHWM') };
  }

  /** What it holds once garbage is collected, in bytes. The server has to be `probed`. */
  async memoryAfterGc(): Promise<NodeJS.MemoryUsage> {
    return JSON.parse(await text(createConnection(this.#probe)));
  }

  /** Kills it without a word. */
  async kill(): Promise<void> {
    this.#wanted = false;
    this.#process.killGroup();
    await this.#process.exited;
  }

  async stop(): Promise<void> {
    this.#wanted = false;
    await stopProcess(this.#process, 10_000);
  }
}

interface Files {
  log: string;
  /** Where `memory-probe.ts` answers. */
  probe: string;
}

async function lastLines(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).trimEnd().split('\n').slice(-20).join('\n');
}
