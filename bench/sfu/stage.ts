import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RoomUid } from '@parley/protocol';
import { locateTool } from '@parley/setup';
import { freePort, startRedis } from '@parley/testing';
import { version } from 'mediasoup';
import type { BenchmarkOptions } from '../benchmark.ts';
import { ServerProcess } from '../process.ts';
import { Audience } from './audience.ts';

/** What is measured, and what it is compared with. */
export const serverKinds = ['sfu', 'bare'] as const;
export type ServerKind = (typeof serverKinds)[number];
export type PerServer<T> = Record<ServerKind, T>;

/** Every run sends the same packets. */
const seed = 2_026;

/** One SFU and one bare worker, each in processes of its own, with the same worker program. */
export class Stage implements AsyncDisposable {
  readonly servers: Readonly<PerServer<ServerProcess>>;
  readonly #token: string;
  readonly #signal: AbortSignal;
  readonly #cleaning: AsyncDisposableStack;

  private constructor(
    servers: PerServer<ServerProcess>,
    token: string,
    signal: AbortSignal,
    cleaning: AsyncDisposableStack,
  ) {
    this.servers = servers;
    this.#token = token;
    this.#signal = signal;
    this.#cleaning = cleaning;
  }

  static async start({ signal, profiles }: BenchmarkOptions): Promise<Stage> {
    await using cleaning = new AsyncDisposableStack();
    const dir = await mkdtemp(join(tmpdir(), 'parley-bench-'));
    cleaning.defer(() => rm(dir, { recursive: true, force: true }));
    const redis = cleaning.use(await startRedis());
    const token = randomUUID();
    const workerBin = locateTool('mediasoupWorker');
    const start = async (name: ServerKind, program: string, environment: Record<string, string>) => {
      const server = await ServerProcess.start({
        name,
        program,
        environment: { ...environment, LOG_LEVEL: 'error', MEDIASOUP_WORKER_BIN: workerBin },
        dir,
        profiles: name === 'sfu' ? profiles : undefined,
        probed: true,
      });
      cleaning.defer(() => server.stop());
      return server;
    };
    const sfu = await start('sfu', 'sfu-node/main.ts', {
      POD_IP: '127.0.0.1',
      MEDIA_PORTS: `${await freePort()}`,
      REDIS_URL: redis.url,
      CONTROL_TOKEN: token,
      DRAIN_SECONDS: '0',
    });
    const bare = await start('bare', 'bench/sfu/bare-server.ts', { MEDIA_PORT: `${await freePort()}` });
    return new Stage({ sfu, bare }, token, signal, cleaning.move());
  }

  /** People for a new room on one of the servers. They leave with the stage. */
  async gather(kind: ServerKind): Promise<Audience> {
    this.#signal.throwIfAborted();
    const venue = { url: this.servers[kind].url, token: this.#token, room: randomUUID() as RoomUid };
    const audience = this.#cleaning.use(await Audience.gather(venue, seed));
    const leave = () => audience[Symbol.asyncDispose]();
    this.#signal.addEventListener('abort', leave, { once: true });
    this.#cleaning.defer(() => this.#signal.removeEventListener('abort', leave));
    return audience;
  }

  /** Versions of the programs that it consists of. */
  get programs(): Record<string, string> {
    return { mediasoup: version };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#cleaning.disposeAsync();
  }
}
