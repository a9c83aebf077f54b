import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunningProcess, startProcess, stopProcess } from '@parley/local';
import { eventually, freePort } from '@parley/testing';

/** Unit of the times in /proc: Linux shows 100 of them per second on every architecture. */
const ticksPerSecond = 100;

const program = join(import.meta.dirname, '../../operator/main.ts');

export interface OperatorOptions {
  name: string;
  environment: Record<string, string>;
  kubeconfig: string;
  /** Folder for its log and kubeconfig. */
  dir: string;
  /** Folder for its CPU profile; written when it stops. */
  profiles: string | undefined;
}

/** An operator in a process of its own, as it runs in its pod. */
export class OperatorProcess {
  readonly #process: RunningProcess;
  #wanted = true;
  /** Resolves if it ends by itself, with what it said last. */
  readonly broke: Promise<Error>;

  private constructor(process: RunningProcess, logFile: string) {
    this.#process = process;
    this.broke = new Promise(resolve => {
      void process.exited.then(async () => {
        if (this.#wanted) resolve(new Error(`The operator ended: ${await lastLines(logFile)}`));
      });
    });
  }

  /** @throws Error if it is not ready within a minute. */
  static async start({
    name,
    environment,
    kubeconfig,
    dir,
    profiles,
  }: OperatorOptions): Promise<OperatorProcess> {
    const config = join(dir, `${name}.kubeconfig`);
    const logFile = join(dir, `${name}.log`);
    await writeFile(config, kubeconfig, { mode: 0o600 });
    const port = await freePort();
    const profiling = profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`];
    const running = await startProcess({
      command: [process.execPath, ...profiling, program],
      env: {
        ...environment,
        PATH: process.env.PATH ?? '',
        KUBECONFIG: config,
        POD_NAME: name,
        LISTEN_HOST: '127.0.0.1',
        PORT: `${port}`,
      },
      cwd: dir,
      logFile,
    });
    let ended = false;
    void running.exited.then(() => {
      ended = true;
    });
    const answered = await eventually(
      `operator ${name} to be ready`,
      async () => {
        if (ended) return 'ended';
        return (await fetch(`http://127.0.0.1:${port}/readyz`)).ok && 'ready';
      },
      60_000,
    );
    if (answered === 'ended') throw new Error(`The operator ended: ${await lastLines(logFile)}`);
    return new OperatorProcess(running, logFile);
  }

  /** Processor time that it has used so far, in seconds. */
  async cpuSeconds(): Promise<number> {
    const stat = await readFile(`/proc/${this.#process.pid}/stat`, 'utf8');
    // The program's name, in parentheses, may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  }

  /** Resident memory in MB (10^6 bytes), now and at most. */
  async memoryMb(): Promise<{ now: number; peak: number }> {
    const status = await readFile(`/proc/${this.#process.pid}/status`, 'utf8');
    const read = (field: string) =>
      (Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1]) * 1024) / 1e6;
    return { now: read('VmRSS'), peak: read('VmHWM') };
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

async function lastLines(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).trimEnd().split('\n').slice(-20).join('\n');
}
