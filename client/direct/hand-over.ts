import type { Producer, ProducerId } from '@parley/protocol';
import { Arrivals, type Arriving } from '../media/arrivals.ts';
import { flows, type Scene } from './scene.ts';
import { type Stream, sinceNow } from './since.ts';

/** How long a page is given to paint what has arrived on one way before the other may end, in ms. */
export const paintMs = 500;

/**
 * Which way each producer of the other comes: it is taken over from the SFU once it has arrived directly, and given back once it has arrived
 * from there. In between, both ways bring it.
 */
export class HandOver {
  readonly #direct: (producer: Producer) => Stream | undefined;
  readonly #arrivals: Arrivals;
  readonly #arriving = new Map<ProducerId, Arriving>();
  readonly #returning = new Map<ProducerId, Arriving>();
  /** What comes directly, or would if it were not paused or out of sight, and since when, in ms. */
  #has: ReadonlyMap<ProducerId, number> = new Map();
  /** What is to come from the SFU again. */
  #giving = false;
  /** Since when all of that does. */
  #backSince: number | undefined;
  /** What was different when it was looked at last. */
  #looks = '';

  /** `direct` is how a producer comes directly, once there is a way. `arrived` is called when something has arrived. */
  constructor(direct: (producer: Producer) => Stream | undefined, arrived: () => void) {
    this.#direct = direct;
    this.#arrivals = new Arrivals(arrived);
  }

  /** What comes directly. */
  get ids(): ProducerId[] {
    return [...this.#has.keys()];
  }

  has(id: ProducerId): boolean {
    return this.#has.has(id);
  }

  /** Whether it is to be shown as it comes directly. */
  shows(id: ProducerId): boolean {
    return this.#has.has(id) && !this.#isBack(id);
  }

  /** Whether nothing of it is wanted from the SFU. */
  covers(id: ProducerId): boolean {
    const since = this.#has.get(id);
    return !this.#giving && since !== undefined && performance.now() - since >= paintMs;
  }

  /** Takes over what has arrived. Answers whether anything comes another way now. */
  take(scene: Scene): boolean {
    const { theirs } = scene;
    for (const producer of theirs) {
      const stream = this.#arriving.has(producer.id) ? undefined : this.#direct(producer);
      if (stream) this.#arriving.set(producer.id, sinceNow(stream));
    }
    const isHere = (one: Producer) =>
      this.#has.has(one.id) || !flows(one, scene) || this.#arrivals.has(this.#arriving.get(one.id));
    const [before, now] = [this.#has, performance.now()];
    this.#has = new Map(theirs.filter(isHere).map(({ id }) => [id, before.get(id) ?? now]));
    this.#watch(
      theirs.filter(({ id }) => !this.#has.has(id)),
      this.#arriving,
    );
    return this.#isNews(theirs.map(({ id }) => `${id} ${this.has(id)} ${this.covers(id)}`).join());
  }

  /** Gives back what has arrived from the SFU. Answers whether anything comes another way now, and whether all of it is back and painted. */
  give(scene: Scene): { news: boolean; done: boolean } {
    this.#giving = true;
    const shown = scene.theirs.filter(one => this.#has.has(one.id) && flows(one, scene));
    for (const { id } of shown) {
      const consumer = scene.consumer(id);
      if (this.#returning.has(id) || !consumer) continue;
      const isClosed = () => consumer.closed;
      this.#returning.set(
        id,
        sinceNow({ kind: consumer.kind, isClosed, getStats: () => consumer.getStats() }),
      );
    }
    const missing = shown.filter(({ id }) => !this.#isBack(id));
    this.#watch(missing, this.#returning);
    this.#backSince = missing.length > 0 ? undefined : (this.#backSince ?? performance.now());
    const done = this.#backSince !== undefined && performance.now() - this.#backSince >= paintMs;
    if (done) this.#has = new Map();
    return { news: this.#isNews(`back, but for ${missing.map(({ id }) => id).join()}`), done };
  }

  close(): void {
    this.#giving = true;
    this.#has = new Map();
    this.#arrivals.watch([]);
  }

  #isBack(id: ProducerId): boolean {
    return this.#arrivals.has(this.#returning.get(id));
  }

  #watch(producers: readonly Producer[], arriving: ReadonlyMap<ProducerId, Arriving>): void {
    this.#arrivals.watch(
      producers.flatMap(({ id }) => {
        const one = arriving.get(id);
        return one ? [[id, one] as const] : [];
      }),
    );
  }

  #isNews(looks: string): boolean {
    const news = looks !== this.#looks;
    this.#looks = looks;
    return news;
  }
}
