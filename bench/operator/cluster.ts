import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { World } from '@parley/operator/test';
import { eventually } from '@parley/testing';
import type { BenchmarkOptions } from '../benchmark.ts';
import type { ServerProcess } from '../process.ts';
import { Audit } from './audit.ts';
import { startOperator } from './process.ts';
import { Rooms } from './rooms.ts';

const roomsPerPod = 1_000;

/** A real API server and Redis with operators as processes of their own; pods and SFUs are played by the benchmark. */
export class Cluster implements AsyncDisposable {
  readonly audit: Audit;
  readonly rooms: Rooms;
  readonly #world: World;
  readonly #dir: string;
  readonly #options: BenchmarkOptions;
  readonly #operators: ServerProcess[] = [];
  /** Aborts with what an operator said last, if it ended by itself. */
  readonly #broken = new AbortController();

  private constructor(world: World, dir: string, audit: Audit, options: BenchmarkOptions) {
    this.#world = world;
    this.#dir = dir;
    this.audit = audit;
    this.#options = options;
    this.rooms = new Rooms(world.plane.client, AbortSignal.any([options.signal, this.#broken.signal]));
  }

  static async start(options: BenchmarkOptions): Promise<Cluster> {
    const dir = await mkdtemp(join(tmpdir(), 'parley-bench-'));
    const auditLog = join(dir, 'audit.log');
    const world = await World.start({ auditLog });
    const cluster = new Cluster(world, dir, new Audit(auditLog), options);
    await cluster.rooms.watches;
    return cluster;
  }

  /** Versions of the programs that it consists of. */
  async programs(): Promise<Record<string, string>> {
    const { client } = this.#world.plane;
    const { gitVersion } = await client.call<{ gitVersion: string }>({ path: '/version' });
    const server = await this.#world.driver.redis.info('server');
    return {
      'kube-apiserver': gitVersion.replace(/^v/, ''),
      redis: /redis_version:(\S+)/.exec(server)?.[1] ?? 'unknown',
    };
  }

  /** @param profiled whether it belongs to what `--profiles` asks for. */
  async startOperator(name = 'operator', profiled = true): Promise<ServerProcess> {
    const operator = await startOperator({
      name,
      dir: this.#dir,
      profiles: profiled ? this.#options.profiles : undefined,
      ...this.#world.operatorAccess,
    });
    this.#operators.push(operator);
    void operator.broke.then(error => this.#broken.abort(error));
    return operator;
  }

  /** Resolves once a pool has space for so many rooms: all its pods run. */
  async warmUp(rooms: number): Promise<void> {
    const minimum = Math.ceil(rooms / roomsPerPod);
    await this.#world.applyPool('default', {
      minimum,
      maximum: minimum,
      freeRooms: 0,
      capacity: { roomsPerPod },
      turn: { replicas: 0 },
    });
    await eventually(
      'warm capacity',
      async () => (await this.#world.pool('default')).status.readyPods === minimum,
      60_000,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.rooms[Symbol.asyncDispose]();
    for (const operator of this.#operators) await operator.stop();
    await this.#world[Symbol.asyncDispose]();
    await rm(this.#dir, { recursive: true, force: true });
  }
}
