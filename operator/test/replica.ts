import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningProcess, startProcess } from '@parley/local';
import { eventually, freePort } from '@parley/testing';
import { FaultProxy, isWrite } from './fault-proxy.ts';
import { RedisRelay } from './redis-relay.ts';
import type { World } from './world.ts';

/** An operator in a process of its own, with all that it says to the API server and to Redis in view. */
export class Replica implements AsyncDisposable {
  readonly name: string;
  readonly proxy: FaultProxy;
  readonly running: RunningProcess;
  readonly #relay: RedisRelay;
  readonly #dir: string;
  readonly #port: number;

  private constructor(
    name: string,
    parts: { proxy: FaultProxy; relay: RedisRelay; running: RunningProcess; dir: string; port: number },
  ) {
    this.name = name;
    this.proxy = parts.proxy;
    this.running = parts.running;
    this.#relay = parts.relay;
    this.#dir = parts.dir;
    this.#port = parts.port;
  }

  static async start(world: World, name: string, environment: Record<string, string> = {}): Promise<Replica> {
    const [proxy, relay, dir, port] = await Promise.all([
      FaultProxy.start(world.plane),
      RedisRelay.start(world.redis.url),
      mkdtemp(join(tmpdir(), 'parley-replica-')),
      freePort(),
    ]);
    const access = world.operatorAccess;
    const kubeconfig = join(dir, 'kubeconfig');
    await writeFile(kubeconfig, access.kubeconfig.replaceAll(world.plane.url, proxy.url), { mode: 0o600 });
    const running = await startProcess({
      command: [process.execPath, join(import.meta.dirname, '../main.ts')],
      env: {
        ...access.environment,
        PATH: process.env.PATH ?? '',
        REDIS_URL: relay.url,
        KUBECONFIG: kubeconfig,
        POD_NAME: name,
        LISTEN_HOST: '127.0.0.1',
        PORT: `${port}`,
        ...environment,
      },
      cwd: dir,
      logFile: join(dir, 'log'),
    });
    const replica = new Replica(name, { proxy, relay, running, dir, port });
    await eventually(`${name} to be ready`, () => replica.isReady(), 20_000);
    return replica;
  }

  /** When it wrote, other than about its lease, to the API server or to Redis; `performance.now()`, in order. */
  get writes(): number[] {
    const calls = this.proxy.seen.filter(call => isWrite(call) && !call.path.includes('/leases'));
    return [...calls.map(({ at }) => at), ...this.#relay.writes].sort((a, b) => a - b);
  }

  /** When it wrote to Redis. */
  get redisWrites(): readonly number[] {
    return this.#relay.writes;
  }

  async isReady(): Promise<boolean> {
    return (await fetch(`http://127.0.0.1:${this.#port}/readyz`)).ok;
  }

  async isLeading(): Promise<boolean> {
    const answer = await fetch(`http://127.0.0.1:${this.#port}/metrics`);
    return (await answer.text()).includes('parley_operator_leader 1');
  }

  log(): Promise<string> {
    return readFile(join(this.#dir, 'log'), 'utf8');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.running.killGroup();
    await this.running.exited;
    await Promise.all([this.proxy[Symbol.asyncDispose](), this.#relay[Symbol.asyncDispose]()]);
    await rm(this.#dir, { recursive: true, force: true });
  }
}
