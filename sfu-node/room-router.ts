import { randomUUID } from 'node:crypto';
import type { types } from 'mediasoup';
import type { MediaWorker } from './media-worker.ts';
import type { Participant } from './participant.ts';

/** A room's router on one worker, and the participants whose transports it carries. */
export class RoomRouter {
  readonly id = randomUUID();
  readonly participants = new Set<Participant>();
  /** What is sent from here to other SFUs. */
  readonly sentOn = new Set<object>();
  readonly #worker: MediaWorker;
  readonly #made: Promise<types.Router>;
  readonly #expected: () => number;
  #closed = false;

  /** @param expected how many consumers somebody is going to have who has not asked for any yet. */
  constructor(worker: MediaWorker, expected: () => number) {
    this.#worker = worker;
    this.#expected = expected;
    worker.tenants.add(this);
    this.#made = worker.createRouter();
    this.#made.catch(() => {});
  }

  get worker(): MediaWorker {
    return this.#worker;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The router, once it is made. @throws WorkerClosedError if the worker dies at it. */
  get made(): Promise<types.Router> {
    return this.#made;
  }

  /** Consumers that there are, and that are to be expected. */
  get consumers(): number {
    let sum = this.sentOn.size;
    for (const { consumers, subscribed } of this.participants) {
      sum += subscribed ? consumers.length : this.#expected();
    }
    return sum;
  }

  /** Closes the router and all that it carries. */
  close(): void {
    if (this.#closed) return;
    this.workerClosed();
    this.#made.then(router => router.close()).catch(() => {});
  }

  /** The worker went, and the router with it. */
  workerClosed(): void {
    this.#closed = true;
    this.#worker.tenants.delete(this);
  }
}
