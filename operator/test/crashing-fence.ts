import { Fence, NotLeadingError, type WriteLimits } from '../runtime/index.ts';

/** Lets so many writes through; with the last of them everything ends, as if the process had died. */
export class CrashingFence extends Fence {
  readonly #after: number;
  readonly #crashed = Promise.withResolvers<void>();
  #begun = 0;
  #isCrashed = false;

  constructor(after: number) {
    super();
    this.#after = after;
  }

  /** Writes that were begun. */
  get writes(): number {
    return this.#begun;
  }

  get isCrashed(): boolean {
    return this.#isCrashed;
  }

  get crashed(): Promise<void> {
    return this.#crashed.promise;
  }

  override async guard<T>(write: (limits: WriteLimits) => Promise<T>): Promise<T> {
    if (this.#begun >= this.#after) throw new NotLeadingError('it has crashed');
    this.#begun += 1;
    const isLast = this.#begun === this.#after;
    if (!isLast) return super.guard(write);
    try {
      await super.guard(write);
    } finally {
      this.#isCrashed = true;
      this.close('it has crashed');
      this.#crashed.resolve();
    }
    throw new NotLeadingError('it has crashed');
  }
}
