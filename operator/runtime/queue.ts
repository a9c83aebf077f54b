import { type BackoffLimits, backoffMs } from './backoff.ts';

export interface QueueOptions {
  /** How many keys are worked on at once. */
  concurrency: number;
  /** Pauses before a key that failed is tried again. */
  backoff?: BackoffLimits;
}

/** After how many milliseconds to look at the key again by itself. */
export type WorkResult = { againAfterMs?: number } | undefined;

/**
 * Keys that wait for work. A key waits at most once and is worked on by one worker at a time; one that is added
 * while it is worked on follows right after. A key that failed is tried again, later each time.
 */
export class WorkQueue {
  readonly #work: (key: string) => Promise<WorkResult>;
  readonly #onError: (key: string, error: unknown, failures: number) => void;
  readonly #options: Required<QueueOptions>;
  readonly #waiting = new Set<string>();
  readonly #active = new Set<string>();
  readonly #again = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #timers = new Map<string, { timer: NodeJS.Timeout; at: number }>();
  #idle = Promise.withResolvers<void>();
  #stopped = false;

  constructor(
    work: (key: string) => Promise<WorkResult>,
    onError: (key: string, error: unknown, failures: number) => void,
    options: QueueOptions,
  ) {
    this.#work = work;
    this.#onError = onError;
    this.#options = { backoff: { firstMs: 50, longestMs: 60_000 }, ...options };
  }

  /** Keys that wait to be worked on now. */
  get depth(): number {
    return this.#waiting.size;
  }

  add(key: string): void {
    if (this.#stopped) return;
    if (this.#active.has(key)) {
      this.#again.add(key);
      return;
    }
    this.#waiting.add(key);
    this.#pump();
  }

  /** Adds the key after a pause, unless it is to come sooner anyway. */
  addAfter(key: string, ms: number): void {
    if (this.#stopped) return;
    const at = Date.now() + ms;
    const earlier = this.#timers.get(key);
    if (earlier && earlier.at <= at) return;
    clearTimeout(earlier?.timer);
    const timer = setTimeout(() => {
      this.#timers.delete(key);
      this.add(key);
    }, ms);
    this.#timers.set(key, { timer, at });
  }

  /** Takes no more keys and resolves when the last worker is done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#waiting.clear();
    for (const { timer } of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    if (this.#active.size > 0) await this.#idle.promise;
  }

  #pump(): void {
    for (const key of this.#waiting) {
      if (this.#active.size >= this.#options.concurrency) return;
      this.#waiting.delete(key);
      this.#active.add(key);
      void this.#process(key);
    }
  }

  async #process(key: string): Promise<void> {
    try {
      const result = await this.#work(key);
      this.#failures.delete(key);
      if (result?.againAfterMs !== undefined) this.addAfter(key, result.againAfterMs);
    } catch (error) {
      const failures = (this.#failures.get(key) ?? 0) + 1;
      this.#failures.set(key, failures);
      this.#onError(key, error, failures);
      this.addAfter(key, backoffMs(failures, this.#options.backoff));
    }
    this.#active.delete(key);
    if (this.#stopped) {
      if (this.#active.size === 0) this.#idle.resolve();
      return;
    }
    if (this.#again.delete(key)) this.#waiting.add(key);
    this.#pump();
  }
}
