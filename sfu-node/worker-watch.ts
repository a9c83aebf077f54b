import type { Logger } from '@parley/telemetry';
import type { MediaWorker } from './media-worker.ts';
import type { WorkerPool } from './worker-pool.ts';

/** Between two looks at the workers, in ms. */
const lookMs = 250;
/**
 * So many looks in a row may find a question unanswered: 2 s. They are counted instead of timed, as this process may itself
 * have stood still, and then finds the answers only after it has looked.
 */
const patientLooks = 8;
/** From here on something is wrong with a worker. */
const doubtfulLooks = 2;
/** Over which time a worker's share of its core is measured at least, in ms. */
const measureMs = 1_000;

interface Watched {
  /** Looks that found the last question unanswered. */
  silentLooks: number;
  waiting: boolean;
  /** The last measurement that a share was made of. */
  measured: { seconds: number; atMs: number };
}

/** Asks every worker all the time how much it works: knows how busy each is, and kills one that does not answer. */
export class WorkerWatch {
  readonly #pool: WorkerPool;
  readonly #log: Logger;
  readonly #watched = new WeakMap<MediaWorker, Watched>();
  #timer: NodeJS.Timeout | undefined;

  constructor(pool: WorkerPool, log: Logger) {
    this.#pool = pool;
    this.#log = log;
  }

  start(): void {
    this.#timer = setInterval(() => this.#look(), lookMs);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    for (const worker of this.#pool.workers) {
      const watched = this.#watched.get(worker) ?? firstLook(worker);
      this.#watched.set(worker, watched);
      if (!watched.waiting) {
        void this.#ask(worker, watched);
        continue;
      }
      // Nobody else is placed there until it answers and was measured again.
      if (watched.silentLooks >= doubtfulLooks) worker.cpu = 1;
      if (++watched.silentLooks === patientLooks) {
        this.#log.error(
          { pid: worker.pid, port: worker.port, silentMs: patientLooks * lookMs },
          'media worker does not answer and is killed',
        );
        worker.kill();
      }
    }
  }

  async #ask(worker: MediaWorker, watched: Watched): Promise<void> {
    watched.waiting = true;
    watched.silentLooks = 0;
    try {
      const now = { seconds: await worker.cpuSeconds(), atMs: performance.now() };
      const elapsedMs = now.atMs - watched.measured.atMs;
      if (elapsedMs >= measureMs) {
        worker.cpu = ((now.seconds - watched.measured.seconds) * 1_000) / elapsedMs;
        watched.measured = now;
      }
    } catch {
      // It is closed, and is none of the pool's workers any more.
    } finally {
      watched.waiting = false;
    }
  }
}

function firstLook(worker: MediaWorker): Watched {
  return { silentLooks: 0, waiting: false, measured: { seconds: 0, atMs: worker.startedAtMs } };
}
