import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';

/** Where util-linux puts the program that makes the kernel kill a child when its parent dies. */
const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find(path => existsSync(path));

/** A process of `redis-server`, which a test may start and stop as it likes. It dies with the test. */
export class RedisServer implements AsyncDisposable {
  readonly #args: string[];
  readonly #readyLine: string;
  #child: ChildProcess | undefined;

  /** `readyLine` is what the server says once it works. */
  constructor(args: string[], readyLine = 'Ready to accept connections') {
    this.#args = args;
    this.#readyLine = readyLine;
  }

  async start(): Promise<void> {
    const command = ['redis-server', ...this.#args];
    const [program = '', ...args] = setpriv ? [setpriv, '--pdeathsig', 'KILL', '--', ...command] : command;
    const started = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = started;
    await new Promise<void>((resolve, reject) => {
      let said = '';
      started.once('error', reject);
      started.once('exit', code => reject(new Error(`redis-server ended with status ${code}: ${said}`)));
      started.stdout.on('data', chunk => {
        said = `${said}${chunk}`.slice(-2000);
        if (said.includes(this.#readyLine)) resolve();
      });
    });
  }

  /** It stays there and answers nobody, as a machine that is gone. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Kills it; what it held in memory is gone. */
  async stop(): Promise<void> {
    const running = this.#child;
    this.#child = undefined;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const exited = once(running, 'exit');
    running.kill('SIGKILL');
    await exited;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
