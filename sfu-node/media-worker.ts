import { once } from 'node:events';
import { inSpan } from '@parley/telemetry';
import type { types } from 'mediasoup';
import * as mediasoup from 'mediasoup';
import type { MediaAddress } from './addresses.ts';
import type { WorkerLoad } from './choose-worker.ts';
import { mediaCodecs } from './media-codecs.ts';

export interface MediaWorkerOptions {
  /** Where media is received, the preferred family first. */
  addresses: readonly MediaAddress[];
  /** UDP and TCP port that all media of the worker goes through. */
  port: number;
  /** Program to run instead of the one that the npm package brings. */
  workerBin: string | undefined;
}

/** A router, as far as its worker counts what it carries. */
interface Tenant {
  /** Consumers that there are, and that are to be expected. */
  readonly consumers: number;
}

/** One mediasoup worker, a process that keeps one core busy, and the WebRtcServer on its port. */
export class MediaWorker {
  readonly #worker: types.Worker;
  readonly #server: types.WebRtcServer;
  readonly #options: MediaWorkerOptions;
  readonly #startedAtMs = performance.now();
  /** What it carries: the routers of rooms, those in the making included. */
  readonly tenants = new Set<Tenant>();
  /** Busy share of its core when it was last measured, 0 to 1. */
  cpu = 0;

  private constructor(worker: types.Worker, server: types.WebRtcServer, options: MediaWorkerOptions) {
    this.#worker = worker;
    this.#server = server;
    this.#options = options;
  }

  /**
   * Starts the process and binds its port.
   *
   * @throws Error if it does not start, or if the port is taken.
   */
  static async start(options: MediaWorkerOptions): Promise<MediaWorker> {
    const worker = await createWorker(options.workerBin);
    try {
      const { addresses, port } = options;
      const listenInfos = addresses.flatMap(({ ip, announced: announcedAddress }) =>
        (['udp', 'tcp'] as const).map(protocol => ({ protocol, ip, port, announcedAddress })),
      );
      const server = await worker.createWebRtcServer({ listenInfos });
      return new MediaWorker(worker, server, options);
    } catch (error) {
      worker.close();
      throw error;
    }
  }

  get pid(): number {
    return this.#worker.pid;
  }

  get port(): number {
    return this.#options.port;
  }

  /** What clients are told first. */
  get address(): string {
    return this.#options.addresses[0]?.announced ?? '';
  }

  get webRtcServer(): types.WebRtcServer {
    return this.#server;
  }

  get closed(): boolean {
    return this.#worker.closed;
  }

  /** On the clock of `performance.now()`. */
  get startedAtMs(): number {
    return this.#startedAtMs;
  }

  get load(): WorkerLoad {
    let consumers = 0;
    for (const tenant of this.tenants) consumers += tenant.consumers;
    return { cpu: this.cpu, consumers, routers: this.tenants.size };
  }

  /** Calls `listener` if the process ends without having been told to. */
  onDied(listener: (error: Error) => void): void {
    this.#worker.once('died', listener);
  }

  /** CPU time used since the start, in seconds. */
  async cpuSeconds(): Promise<number> {
    const { ru_utime, ru_stime } = await this.#worker.getResourceUsage();
    return (ru_utime + ru_stime) / 1_000;
  }

  /** @throws WorkerClosedError */
  async createRouter(): Promise<types.Router> {
    return inSpan('mediasoup.createRouter', () => this.#worker.createRouter({ mediaCodecs }));
  }

  /** Kills a process that does not answer; it has died then. */
  kill(): void {
    if (!this.#worker.subprocessClosed) process.kill(this.#worker.pid, 'SIGKILL');
  }

  /** Ends the process and everything that lives in it, and waits for that. */
  async close(): Promise<void> {
    if (this.#worker.subprocessClosed) return;
    const ended = once(this.#worker, 'subprocessclose', { signal: AbortSignal.timeout(2_000) });
    this.#worker.close();
    await ended.catch(() => process.kill(this.#worker.pid, 'SIGKILL'));
  }
}

/**
 * A worker closes itself when this process gets SIGTERM or SIGINT. Calls have to outlive that until the pod is drained, so
 * those listeners are taken off again.
 */
async function createWorker(workerBin: string | undefined): Promise<types.Worker> {
  const signals = ['SIGTERM', 'SIGINT'] as const;
  const before = signals.map(signal => new Set(process.listeners(signal)));
  const starting = mediasoup.createWorker({
    logLevel: 'error',
    ...(workerBin === undefined ? {} : { workerBin }),
  });
  for (const [index, signal] of signals.entries()) {
    for (const listener of process.listeners(signal)) {
      if (!before[index]?.has(listener)) process.off(signal, listener);
    }
  }
  return starting;
}
