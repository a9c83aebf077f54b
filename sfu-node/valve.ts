import type { types } from 'mediasoup';

/** Lets what a consumer sends through, unless something keeps it shut. It begins as the consumer is. */
export class Valve {
  readonly #consumer: Pick<types.Consumer, 'paused' | 'pause' | 'resume'>;
  readonly #shutBy = new Set<string>();
  #shut: boolean;

  constructor(consumer: Pick<types.Consumer, 'paused' | 'pause' | 'resume'>) {
    this.#consumer = consumer;
    this.#shut = consumer.paused;
  }

  /** What shuts it is of no interest to others who do. */
  set(reason: string, shut: boolean): void {
    if (shut) this.#shutBy.add(reason);
    else this.#shutBy.delete(reason);
    const now = this.#shutBy.size > 0;
    if (now === this.#shut) return;
    this.#shut = now;
    // Commands reach a worker in order, and one that is gone has nothing left to do.
    (now ? this.#consumer.pause() : this.#consumer.resume()).catch(() => {});
  }
}
