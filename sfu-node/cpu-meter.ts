import type { MediaWorker } from './media-worker.ts';
import type { WorkerPool } from './worker-pool.ts';

export interface CpuReading {
  port: number;
  /** CPU time used since the last reading, in seconds. */
  seconds: number;
  /** Busy share of a core since the last reading, 0 to 1. */
  share: number;
}

/** Reads how busy the workers were since it was last asked. */
export class CpuMeter {
  readonly #pool: WorkerPool;
  readonly #last = new WeakMap<MediaWorker, { seconds: number; atMs: number }>();

  constructor(pool: WorkerPool) {
    this.#pool = pool;
  }

  /** One reading for each worker that answers. */
  async read(): Promise<CpuReading[]> {
    const readings = await Promise.all(
      this.#pool.workers.map(worker => this.#readOne(worker).catch(() => undefined)),
    );
    return readings.filter(reading => reading !== undefined);
  }

  async #readOne(worker: MediaWorker): Promise<CpuReading> {
    const now = { seconds: await worker.cpuSeconds(), atMs: performance.now() };
    const before = this.#last.get(worker) ?? { seconds: 0, atMs: worker.startedAtMs };
    this.#last.set(worker, now);
    const seconds = Math.max(0, now.seconds - before.seconds);
    const elapsed = (now.atMs - before.atMs) / 1_000;
    return { port: worker.port, seconds, share: elapsed > 0 ? seconds / elapsed : 0 };
  }
}
