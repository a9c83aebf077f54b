/** How often it is looked whether time went on, in ms. */
const tickMs = 5_000;
/** Timers that come so late stood still: the machine or the page slept. A hidden page's run late by a second, or a minute, which is no harm. */
const sleptMs = 10_000;

interface Surroundings {
  document: EventTarget;
  /** Goes on while the machine sleeps, as `performance.now()` does not everywhere; in ms. */
  clock(): number;
}

const browser = (): Surroundings => ({ document, clock: () => Date.now() });

/** Says when the page runs again after it did not: the machine slept, or the browser froze the page or kept it away. */
export class WakeWatch {
  readonly #woke: () => void;
  readonly #around: Surroundings;
  readonly #timer: ReturnType<typeof setInterval>;
  #last: number;

  constructor(woke: () => void, around = browser()) {
    this.#woke = woke;
    this.#around = around;
    this.#last = around.clock();
    this.#timer = setInterval(this.#look, tickMs);
    // A page in sight looks at once, not at the next tick.
    around.document.addEventListener('visibilitychange', this.#look);
    around.document.addEventListener('resume', this.#woken);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#around.document.removeEventListener('visibilitychange', this.#look);
    this.#around.document.removeEventListener('resume', this.#woken);
  }

  #look = (): void => {
    const late = this.#around.clock() - this.#last - tickMs;
    if (late > sleptMs) this.#woken();
    else this.#last = this.#around.clock();
  };

  #woken = (): void => {
    this.#last = this.#around.clock();
    this.#woke();
  };
}
