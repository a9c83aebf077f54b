/** Lets something through for each key at most once in a while; the first goes at once. */
export class Throttle {
  readonly #periodMs: number;
  readonly #last = new Map<string, number>();

  constructor(periodMs: number) {
    this.#periodMs = periodMs;
  }

  /** How long to wait until the next may pass, in milliseconds; 0: now. */
  waitMs(key: string, now: number): number {
    const last = this.#last.get(key);
    return last === undefined ? 0 : Math.max(0, last + this.#periodMs - now);
  }

  /** Says that one has passed. */
  passed(key: string, now: number): void {
    this.#last.set(key, now);
  }

  forget(key: string): void {
    this.#last.delete(key);
  }
}
