import type { MediaWorker } from './media-worker.ts';
import { RoomRouter } from './room-router.ts';

/** The routers of a room, one on each worker that it uses. */
export class RoomRouters {
  readonly #byWorker = new Map<MediaWorker, RoomRouter>();
  readonly #expected: () => number;

  /** @param expected as for `RoomRouter`. */
  constructor(expected: () => number) {
    this.#expected = expected;
  }

  get all(): RoomRouter[] {
    return [...this.#byWorker.values()];
  }

  get workers(): ReadonlySet<MediaWorker> {
    return new Set(this.#byWorker.keys());
  }

  get size(): number {
    return this.#byWorker.size;
  }

  /** The router on a worker, made unless it is there. */
  on(worker: MediaWorker): RoomRouter {
    const router = this.#byWorker.get(worker) ?? new RoomRouter(worker, this.#expected);
    this.#byWorker.set(worker, router);
    return router;
  }

  /** A worker went. @returns the router that was on it. */
  workerClosed(worker: MediaWorker): RoomRouter | undefined {
    const router = this.#byWorker.get(worker);
    this.#byWorker.delete(worker);
    router?.workerClosed();
    return router;
  }

  /** A router that nobody is on any more is given back, but not the last one. */
  closeEmpty(): void {
    for (const [worker, router] of this.#byWorker) {
      if (router.participants.size > 0 || this.#byWorker.size === 1) continue;
      this.#byWorker.delete(worker);
      router.close();
    }
  }

  close(): void {
    for (const router of this.#byWorker.values()) router.close();
    this.#byWorker.clear();
  }
}
