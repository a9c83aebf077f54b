/** Subscribes to what others send: each producer once, and those together that come at about the same time. */
import type { ProducerId } from '@parley/protocol';

/** New producers are subscribed to together that come within this time, in ms. */
const gatherMs = 50;

export class Subscriptions {
  readonly #subscribe: (producers: readonly ProducerId[]) => Promise<unknown>;
  readonly #had = new Set<ProducerId>();
  #isOn = false;
  #wanted: ProducerId[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** What `subscribe` refuses is asked for again with the next `want`. */
  constructor(subscribe: (producers: readonly ProducerId[]) => Promise<unknown>) {
    this.#subscribe = subscribe;
  }

  /** From now on; nothing is subscribed to yet. */
  start(): void {
    this.stop();
    this.#isOn = true;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isOn = false;
    this.#wanted = [];
    this.#had.clear();
  }

  want(producers: readonly ProducerId[]): void {
    const missing = producers.filter(id => !this.#had.has(id));
    if (!this.#isOn || missing.length === 0) return;
    this.#wanted.push(...missing);
    if (this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const wanted = this.#wanted.splice(0);
      this.#subscribe(wanted).then(
        () => {
          for (const id of wanted) this.#had.add(id);
        },
        // The metrics of requests tell of it.
        () => {},
      );
    }, gatherMs);
  }
}
