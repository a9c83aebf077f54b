import type { Welcome } from '@parley/protocol';

type Limits = Pick<Welcome['limits'], 'requestsPerSecond' | 'burst'>;

/** What servers allow that do not say it. */
const usual: Limits = { requestsPerSecond: 50, burst: 100 };

/** How much of what is allowed is used: requests may come closer together than they were sent. */
const share = 0.8;

/** Spreads requests so that the server refuses none of them for coming too fast. */
export class Pace {
  readonly #now: () => number;
  #limits = usual;
  /** When as many requests may be sent as if there had been none, in ms. */
  #clearAt = 0;

  /** `now` is a clock in ms. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  allow(limits: Limits): void {
    this.#limits = limits;
  }

  /** Takes the next place, and answers how long to wait for it, in ms. */
  next(): number {
    const { requestsPerSecond, burst } = this.#limits;
    const everyMs = 1_000 / (requestsPerSecond * share);
    const now = this.#now();
    this.#clearAt = Math.max(this.#clearAt, now) + everyMs;
    return Math.max(0, this.#clearAt - burst * share * everyMs - now);
  }
}
