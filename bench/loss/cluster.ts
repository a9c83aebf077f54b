import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kubectl, kubectl, roomManifest } from '@parley/e2e/kubectl';
import { type Stack, startStack } from '@parley/local';
import { type RoomKey, redisChannels } from '@parley/protocol';
import { createRedis, parseRedisUrl, type RedisClient } from '@parley/redis';
import { eventually } from '@parley/testing';
import type { BenchmarkOptions } from '../benchmark.ts';
import { type LogLine, readLogs } from './logs.ts';

const system = 'parley-system';
const name = 'lossy';

/** How long the cluster may take to be whole again, in ms. */
const wholeMs = 120_000;

const pool = {
  apiVersion: 'parley.dev/v1alpha1',
  kind: 'MediaPool',
  metadata: { name },
  spec: {
    minimum: 2,
    maximum: 3,
    exposure: { type: 'PodNetwork' },
    sfu: { workers: 1 },
    turn: { replicas: 0 },
  },
};

/** The one-machine cluster with a Room in a pool of two SFU pods. */
export class LossyCluster implements AsyncDisposable {
  readonly room = name;
  readonly #stack: Stack;
  readonly #kube: Kubectl;
  readonly #placedAt: number[] = [];
  #cleaning = new AsyncDisposableStack();

  private constructor(stack: Stack, kube: Kubectl, redis: RedisClient) {
    this.#stack = stack;
    this.#kube = kube;
    const key = `default/${name}` as RoomKey;
    redis.on('message', (_, room) => {
      if (room === key) this.#placedAt.push(Date.now());
    });
  }

  static async start({ say, signal }: BenchmarkOptions): Promise<LossyCluster> {
    await using cleaning = new AsyncDisposableStack();
    const dir = await mkdtemp(join(tmpdir(), 'parley-bench-'));
    cleaning.defer(() => rm(dir, { recursive: true, force: true }));
    const stack = cleaning.use(await startStack({ dir, entrancePort: 0, signal, progress: say }));
    const kube = kubectl(stack.kubeconfig);
    const secret = await kube('get', 'secret', 'parley', '-n', system, '-o', 'jsonpath={.data.redis-url}');
    const address = parseRedisUrl(Buffer.from(secret, 'base64').toString());
    const redis = createRedis({ address, ca: undefined }, { name: 'bench', purpose: 'subscriptions' });
    cleaning.defer(() => redis.disconnect());
    await redis.subscribe(redisChannels.placements);
    const cluster = new LossyCluster(stack, kube, redis);
    await kube.apply(pool);
    await cluster.whole();
    await kube.apply(roomManifest(name, { pool: name, topology: 'SFU' }));
    await kube('wait', `room/${name}`, '--for=condition=Ready', '--timeout=20s');
    cluster.#cleaning = cleaning.move();
    return cluster;
  }

  get url(): string {
    return this.#stack.webUrl;
  }

  /** When the room's placement changed since then, in ms since 1970. */
  placedSince(time: number): number[] {
    return this.#placedAt.filter(at => at >= time);
  }

  /** What its processes logged since then. */
  logsSince(time: number): Promise<LogLine[]> {
    return readLogs(this.#stack.logs, time);
  }

  /** The pod that carries the room, and the process that runs in it. */
  async victim(): Promise<{ pod: string; pid: number }> {
    const pod = await this.#kube('get', 'room', name, '-o', 'jsonpath={.status.sfus[0].pod}');
    const pid = this.#stack.pidOf(pod);
    if (pid === undefined) throw new Error(`No process runs in pod ${pod}.`);
    return { pod, pid };
  }

  /** Has another pod take the place of one, so that its next start is not put off as that of one that crashes again and again. */
  async replace(pod: string): Promise<void> {
    await this.#kube('delete', 'pod', pod, '-n', system, '--grace-period=0', '--force', '--wait=true');
    await this.whole();
  }

  /** Resolves when two SFUs are ready. */
  async whole(): Promise<void> {
    await eventually(
      'two SFUs',
      async () => {
        const path = 'jsonpath={.status.readyPods} {.status.pods}';
        const [ready, all] = (await this.#kube('get', 'mediapool', name, '-o', path)).split(' ');
        return ready === '2' && all === '2';
      },
      wholeMs,
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#cleaning.disposeAsync();
  }
}
