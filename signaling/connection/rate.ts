/** How fast one connection may ask. */
export const requestRate = { perSecond: 50, burst: 100, patience: 500 } as const;

/** A token bucket. One that is overdrawn by `patience` belongs to a client that does not listen. */
export class RateLimit {
  readonly #rate: { perSecond: number; burst: number; patience: number };
  #tokens: number;
  #at: number;

  constructor(rate: { perSecond: number; burst: number; patience: number }, now = performance.now()) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#at = now;
  }

  /** Takes one token; refusals are counted too, so that a flood runs the bucket down. */
  take(now = performance.now()): 'go' | 'refuse' | 'disconnect' {
    const { perSecond, burst, patience } = this.#rate;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#at) / 1000) * perSecond) - 1;
    this.#at = now;
    if (this.#tokens >= 0) return 'go';
    return this.#tokens >= -patience ? 'refuse' : 'disconnect';
  }
}
