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

/** Every run sends the same packets. */
const seed = 2_026;

interface SfuOptions {
  workers?: number;
  /** How many tracks a worker sends before a room goes on on another. Default: the SFU's own. */
  consumersPerWorker?: number;
  /** Settings besides. */
  environment?: Readonly<Record<string, string>>;
  /** Folder for its CPU profile. */
  profiles?: string | undefined;
}

/** SFUs and bare workers, each in processes of its own with the same worker program, and the people on them. */
export class Servers implements AsyncDisposable {
  readonly #dir: string;
  readonly #redisUrl: string;
  readonly #token = randomUUID();
  readonly #workerBin = locateTool('mediasoupWorker');
  readonly #signal: AbortSignal;
  readonly #cleaning: AsyncDisposableStack;

  private constructor(of: {
    dir: string;
    redisUrl: string;
    signal: AbortSignal;
    cleaning: AsyncDisposableStack;
  }) {
    this.#dir = of.dir;
    this.#redisUrl = of.redisUrl;
    this.#signal = of.signal;
    this.#cleaning = of.cleaning;
  }

  static async open({ signal }: Pick<BenchmarkOptions, 'signal'>): Promise<Servers> {
    await using cleaning = new AsyncDisposableStack();
    const dir = await mkdtemp(join(tmpdir(), 'parley-bench-'));
    cleaning.defer(() => rm(dir, { recursive: true, force: true }));
    const { url: redisUrl } = cleaning.use(await startRedis());
    return new Servers({ dir, redisUrl, signal, cleaning: cleaning.move() });
  }

  /** Versions of the programs that they consist of. */
  get programs(): Record<string, string> {
    return { mediasoup: version };
  }

  async startSfu(name: string, options: SfuOptions = {}): Promise<ServerProcess> {
    const { workers = 1, consumersPerWorker, profiles } = options;
    const ports = await Promise.all(Array.from({ length: workers }, () => freePort()));
    const environment = {
      ...options.environment,
      POD_IP: '127.0.0.1',
      MEDIA_PORTS: ports.join(','),
      REDIS_URL: this.#redisUrl,
      CONTROL_TOKEN: this.#token,
      DRAIN_SECONDS: '0',
      ...(consumersPerWorker !== undefined && { CONSUMERS_PER_WORKER: `${consumersPerWorker}` }),
    };
    return this.#start({ name, program: 'sfu-node/main.ts', environment, profiles });
  }

  async startBare(): Promise<ServerProcess> {
    const environment = { MEDIA_PORT: `${await freePort()}` };
    return this.#start({ name: 'bare', program: 'bench/sfu/bare-server.ts', environment });
  }

  /** People for a new room, on one server or spread over several. They leave with the servers. */
  async gather(main: ServerProcess, further: readonly ServerProcess[] = []): Promise<Audience> {
    this.#signal.throwIfAborted();
    const room = randomUUID() as RoomUid;
    const [venue, ...others] = [main, ...further].map(({ url }) => ({ url, token: this.#token, room }));
    if (!venue) throw new Error('People need a server to be on.');
    const audience = this.#cleaning.use(await Audience.gather(venue, seed, others));
    const leave = () => audience[Symbol.asyncDispose]();
    this.#signal.addEventListener('abort', leave, { once: true });
    this.#cleaning.defer(() => this.#signal.removeEventListener('abort', leave));
    return audience;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#cleaning.disposeAsync();
  }

  async #start(of: {
    name: string;
    program: string;
    environment: Record<string, string>;
    profiles?: string | undefined;
  }): Promise<ServerProcess> {
    const server = await ServerProcess.start({
      ...of,
      environment: { ...of.environment, LOG_LEVEL: 'error', MEDIASOUP_WORKER_BIN: this.#workerBin },
      dir: this.#dir,
      profiles: of.profiles,
      probed: true,
    });
    this.#cleaning.defer(() => server.stop());
    return server;
  }
}
