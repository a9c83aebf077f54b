import type { MediaWorker } from './media-worker.ts';
import type { WorkerPool } from './worker-pool.ts';

export interface CpuReading {
  port: number;
  /** CPU time used since the last reading, in seconds. */
  seconds: number;
}

/** Reads what CPU time the workers used since it was last asked. */
export class CpuMeter {
  readonly #pool: WorkerPool;
  readonly #last = new WeakMap<MediaWorker, number>();

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
    const now = await worker.cpuSeconds();
    const before = this.#last.get(worker) ?? 0;
    this.#last.set(worker, now);
    return { port: worker.port, seconds: Math.max(0, now - before) };
  }
}
