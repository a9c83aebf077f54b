import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { freePort } from './ports.ts';

/** Where util-linux puts the program that makes the kernel kill a child when its parent dies. */
const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find(path => existsSync(path));

/** A real Redis server of the test's own. */
export interface TestRedis extends AsyncDisposable {
  readonly url: string;
  /** Kills the server; what it held is gone. */
  stop(): Promise<void>;
  /** Starts it again, empty, at the same address. */
  start(): Promise<void>;
}

/** Starts `redis-server` on a free port of 127.0.0.1, without persistence: it writes no file and dies with the test. */
export async function startRedis(): Promise<TestRedis> {
  const port = await freePort();
  let child: ChildProcess | undefined;

  const start = async () => {
    const settings = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', tmpdir()];
    const command = ['redis-server', '--port', `${port}`, ...settings];
    const [program = '', ...args] = setpriv ? [setpriv, '--pdeathsig', 'KILL', '--', ...command] : command;
    const started = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    child = started;
    await new Promise<void>((resolve, reject) => {
      started.once('error', reject);
      started.once('exit', code => reject(new Error(`redis-server ended with status ${code}.`)));
      started.stdout.on('data', chunk => {
        if (`${chunk}`.includes('Ready to accept connections')) resolve();
      });
    });
  };
  const stop = async () => {
    const running = child;
    child = undefined;
    if (!running || running.exitCode !== null) return;
    const exited = once(running, 'exit');
    running.kill('SIGKILL');
    await exited;
  };

  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
