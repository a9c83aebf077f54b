import { setMaxListeners } from 'node:events';

/** This process may not act: it is not the leader, or no longer. */
export class NotLeadingError extends Error {
  override readonly name = 'NotLeadingError';
  readonly code = 'not_leading';

  constructor(why: string, cause?: unknown) {
    super(`This operator may not act: ${why}`, cause === undefined ? undefined : { cause });
  }
}

/** What a write has to keep to. */
export interface WriteLimits {
  /** Aborts what is under way once leadership is lost. */
  signal: AbortSignal;
  /** In how many milliseconds it must have taken effect or never does. */
  timeoutMs: number;
}

/**
 * Stands before every write of a leader, be it to the API server, to Redis or to an SFU. It opens for a while at each
 * renewal of the lease and closes by itself, also where the process was stopped and its timers did not run.
 */
export class Fence {
  readonly #abort = new AbortController();
  readonly #now: () => number;
  #actUntil = Number.NEGATIVE_INFINITY;
  #landUntil = Number.NEGATIVE_INFINITY;
  #closed: NotLeadingError | undefined;

  /** @param now milliseconds of a clock that never goes back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    setMaxListeners(0, this.#abort.signal);
  }

  get isOpen(): boolean {
    return this.#closed === undefined && this.#now() < this.#actUntil;
  }

  /**
   * Lets writes begin until one time and take effect until another, both by the fence's own clock. Once closed it stays
   * closed.
   */
  openUntil(actUntil: number, landUntil: number): void {
    this.#actUntil = actUntil;
    this.#landUntil = landUntil;
  }

  /** Refuses every write from now on and aborts those under way. */
  close(why: string, cause?: unknown): void {
    if (this.#closed) return;
    this.#closed = new NotLeadingError(why, cause);
    this.#abort.abort(this.#closed);
  }

  /**
   * Runs one write, if it may be done.
   *
   * @throws NotLeadingError if it may not, or if leadership was lost meanwhile: whether it took effect is then unknown.
   */
  async guard<T>(write: (limits: WriteLimits) => Promise<T>): Promise<T> {
    this.#check();
    try {
      const timeoutMs = Math.max(1, Math.floor(this.#landUntil - this.#now()));
      return await write({ signal: this.#abort.signal, timeoutMs });
    } catch (error) {
      this.#check();
      throw error;
    }
  }

  #check(): void {
    if (this.#closed) throw this.#closed;
    if (this.#now() >= this.#actUntil) throw new NotLeadingError('its lease was not renewed in time');
  }
}

/** A fence that is always open, for processes that nobody else stands in for. */
export function openFence(): Fence {
  const fence = new Fence();
  fence.openUntil(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
  return fence;
}
