import { EventEmitter } from 'node:events';
import { RefusalError } from '@parley/protocol';
import type { Health, Logger, Readiness } from '@parley/telemetry';
import { chooseWorker, usedShare } from './choose-worker.ts';
import { MediaWorker, type MediaWorkerOptions } from './media-worker.ts';

export type WorkerPoolOptions = Omit<MediaWorkerOptions, 'port'> & {
  /** One worker for each. */
  ports: readonly number[];
  /** How many consumers a worker is given as long as another has fewer. */
  consumersPerWorker: number;
  /** For how long no worker may run before only a restart of the process helps, in ms. */
  patienceMs?: number;
};

interface WorkerPoolEvents {
  died: [worker: MediaWorker, error: Error];
}

const firstPauseMs = 100;
const longestPauseMs = 5_000;
/** A worker that lived so long died of something else than its start. */
const livedWellMs = 10_000;

/** A place for one worker: when its worker dies, a new one takes the place and its port. */
interface Slot {
  port: number;
  worker: MediaWorker | undefined;
  /** Why there is no worker. */
  problem: string | undefined;
  /** Before the next try. */
  pauseMs: number;
  retry: NodeJS.Timeout | undefined;
}

/** All workers of this process. */
export class WorkerPool extends EventEmitter<WorkerPoolEvents> {
  readonly #options: WorkerPoolOptions;
  readonly #log: Logger;
  readonly #slots: Slot[];
  readonly #patienceMs: number;
  #noneSince: number | undefined = performance.now();
  #deaths = 0;
  #closed = false;

  constructor(options: WorkerPoolOptions, log: Logger) {
    super();
    this.#options = options;
    this.#log = log;
    this.#patienceMs = options.patienceMs ?? 10_000;
    this.#slots = options.ports.map(port => ({
      port,
      worker: undefined,
      problem: 'is starting',
      pauseMs: 0,
      retry: undefined,
    }));
  }

  /** Those that run. */
  get workers(): MediaWorker[] {
    return this.#slots.map(slot => slot.worker).filter(worker => worker !== undefined);
  }

  /** Workers that there should be. */
  get size(): number {
    return this.#slots.length;
  }

  /** Workers that died since the start. */
  get deaths(): number {
    return this.#deaths;
  }

  /** How much of all workers is taken, 1 where no more should come; those that do not run are full. */
  get used(): number {
    const free = this.workers.map(({ load }) => 1 - usedShare(load, this.#options.consumersPerWorker));
    return 1 - free.reduce((sum, share) => sum + Math.max(0, share), 0) / this.size;
  }

  get readiness(): Readiness {
    return this.workers.length > 0 ? { ready: true } : { ready: false, reason: this.#problems };
  }

  /** Not ok once no worker has run for too long. */
  get health(): Health {
    const lost = this.#noneSince !== undefined && performance.now() - this.#noneSince > this.#patienceMs;
    return lost ? { ok: false, reason: this.#problems } : { ok: true };
  }

  /** Starts every worker. Those that do not start are tried again until they do. */
  async start(): Promise<void> {
    await Promise.all(this.#slots.map(slot => this.#fill(slot)));
  }

  /**
   * The worker for somebody who will receive `needs` tracks in a room that has routers on `own`.
   *
   * @throws RefusalError `unavailable` if no worker runs.
   */
  choose(own: ReadonlySet<MediaWorker> = new Set(), needs = 0): MediaWorker {
    const { workers } = this;
    const candidates = workers.map(worker => ({ ...worker.load, own: own.has(worker) }));
    const worker = workers[chooseWorker(candidates, needs, this.#options.consumersPerWorker) ?? -1];
    if (worker) return worker;
    throw new RefusalError('unavailable', 'No media worker runs right now. Try again in a few seconds.');
  }

  /** Ends all workers and waits for that. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const slot of this.#slots) clearTimeout(slot.retry);
    await Promise.all(this.workers.map(worker => worker.close()));
  }

  get #problems(): string {
    return this.#slots.map(({ port, problem }) => `The worker of port ${port} ${problem}.`).join(' ');
  }

  async #fill(slot: Slot): Promise<void> {
    try {
      const worker = await MediaWorker.start({ ...this.#options, port: slot.port });
      if (this.#closed) return await worker.close();
      worker.onDied(error => this.#workerDied(slot, worker, error));
      slot.worker = worker;
      slot.problem = undefined;
      this.#noneSince = undefined;
      this.#log.info({ pid: worker.pid, port: slot.port }, 'media worker runs');
    } catch (error) {
      if (this.#closed) return;
      const problem = `does not start: ${error instanceof Error ? error.message : error}`;
      if (problem !== slot.problem)
        this.#log.error({ err: error, port: slot.port }, `media worker ${problem}`);
      slot.problem = problem;
      this.#retry(slot);
    }
  }

  /** A worker that dies again and again leaves the others their core. */
  #retry(slot: Slot): void {
    slot.pauseMs = Math.min(Math.max(slot.pauseMs * 2, firstPauseMs), longestPauseMs);
    slot.retry = setTimeout(() => this.#fill(slot), slot.pauseMs);
  }

  #workerDied(slot: Slot, worker: MediaWorker, error: Error): void {
    if (this.#closed) return;
    this.#deaths++;
    slot.worker = undefined;
    slot.problem = `died: ${error.message}`;
    if (this.workers.length === 0) this.#noneSince = performance.now();
    this.#log.error({ err: error, pid: worker.pid, port: slot.port }, 'media worker died');
    this.emit('died', worker, error);
    if (performance.now() - worker.startedAtMs > livedWellMs) slot.pauseMs = 0;
    this.#retry(slot);
  }
}
