import { type BackoffLimits, backoffMs } from './backoff.ts';
import { retryAfterMs } from './error.ts';

export interface QueueOptions {
  /** How many keys are worked on at once. */
  concurrency: number;
  /** Pauses before a key that failed is tried again. */
  backoff?: BackoffLimits;
  /** How often one key is worked on within a second at most. Default: 20. */
  perKeyAndSecond?: number;
  /** Is told of what happens, for figures. */
  observer?: QueueObserver;
}

export interface QueueObserver {
  /** A key has come to wait. */
  added(): void;
  /** A key is to be tried again after it failed. */
  retried(): void;
  /** A key has waited so long for a worker. */
  waited(seconds: number): void;
}

/** After how many milliseconds to look at the key again by itself. */
export type WorkResult = { againAfterMs?: number } | undefined;

/** A longer pause than a timer can hold ends earlier: the key is looked at and pauses anew. */
const longestTimerMs = 2 ** 31 - 1;
const windowMs = 1_000;

/**
 * Keys that wait for work. A key waits at most once and is worked on by one worker at a time; one that is added
 * while it is worked on follows right after, unless it was worked on too often lately. A key that failed is tried
 * again, later each time.
 */
export class WorkQueue {
  readonly #work: (key: string) => Promise<WorkResult>;
  readonly #onError: (key: string, error: unknown, failures: number) => void;
  readonly #options: Required<Omit<QueueOptions, 'observer'>> & Pick<QueueOptions, 'observer'>;
  /** Since when each waits. */
  readonly #waiting = new Map<string, number>();
  /** Since when each is worked on. */
  readonly #active = new Map<string, number>();
  readonly #again = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #timers = new Map<string, { timer: NodeJS.Timeout; at: number }>();
  /** How often each key was worked on since the window began. */
  readonly #lately = new Map<string, number>();
  #windowBegan = Number.NEGATIVE_INFINITY;
  #idle = Promise.withResolvers<void>();
  #stopped = false;

  constructor(
    work: (key: string) => Promise<WorkResult>,
    onError: (key: string, error: unknown, failures: number) => void,
    options: QueueOptions,
  ) {
    this.#work = work;
    this.#onError = onError;
    this.#options = { backoff: { firstMs: 50, longestMs: 60_000 }, perKeyAndSecond: 20, ...options };
  }

  /** Keys that wait to be worked on now. */
  get depth(): number {
    return this.#waiting.size;
  }

  /** For each key that is worked on, since how many seconds. */
  runningSeconds(): number[] {
    const now = performance.now();
    return [...this.#active.values()].map(since => (now - since) / 1000);
  }

  add(key: string): void {
    if (this.#stopped) return;
    if (this.#active.has(key)) {
      this.#again.add(key);
      return;
    }
    this.#wait(key);
    this.#pump();
  }

  /** Adds the key after a pause, unless it is to come sooner anyway. */
  addAfter(key: string, ms: number): void {
    if (this.#stopped) return;
    const at = performance.now() + ms;
    const earlier = this.#timers.get(key);
    if (earlier && earlier.at <= at) return;
    clearTimeout(earlier?.timer);
    const timer = setTimeout(
      () => {
        this.#timers.delete(key);
        this.add(key);
      },
      Math.min(ms, longestTimerMs),
    );
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

  #wait(key: string): void {
    if (this.#waiting.has(key)) return;
    this.#waiting.set(key, performance.now());
    this.#options.observer?.added();
  }

  #pump(): void {
    for (const [key, since] of this.#waiting) {
      if (this.#active.size >= this.#options.concurrency) return;
      this.#waiting.delete(key);
      const now = performance.now();
      const pauseMs = this.#pauseMs(key, now);
      if (pauseMs > 0) {
        this.addAfter(key, pauseMs);
        continue;
      }
      this.#options.observer?.waited((now - since) / 1000);
      this.#active.set(key, now);
      void this.#process(key);
    }
  }

  /** Counts the key, or says how long it has to pause since it came too often. */
  #pauseMs(key: string, now: number): number {
    if (now - this.#windowBegan >= windowMs) {
      this.#windowBegan = now;
      this.#lately.clear();
    }
    const count = this.#lately.get(key) ?? 0;
    if (count >= this.#options.perKeyAndSecond) return this.#windowBegan + windowMs - now;
    this.#lately.set(key, count + 1);
    return 0;
  }

  async #process(key: string): Promise<void> {
    try {
      const result = await this.#work(key);
      this.#failures.delete(key);
      if (result?.againAfterMs !== undefined) this.addAfter(key, result.againAfterMs);
    } catch (error) {
      const failures = (this.#failures.get(key) ?? 0) + 1;
      this.#failures.set(key, failures);
      this.#options.observer?.retried();
      this.#onError(key, error, failures);
      this.addAfter(key, Math.max(backoffMs(failures, this.#options.backoff), retryAfterMs(error)));
    }
    this.#active.delete(key);
    if (this.#stopped) {
      if (this.#active.size === 0) this.#idle.resolve();
      return;
    }
    if (this.#again.delete(key)) this.#wait(key);
    this.#pump();
  }
}
