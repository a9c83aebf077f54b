import type { Logger } from '@parley/telemetry';
import { describeError } from './availability.ts';
import { isStatus } from './error.ts';
import type { ControllerMetrics } from './metrics.ts';
import { WorkQueue, type WorkResult } from './queue.ts';

export interface ControllerOptions {
  name: string;
  log: Logger;
  metrics: ControllerMetrics;
  /** Makes what the key names as it should be; called again until it does not throw. */
  reconcile: (key: string) => Promise<WorkResult>;
  /** All keys there are, for the periodic resync. */
  keys: () => Iterable<string>;
  /** How often everything is looked at again though nothing happened, in milliseconds. Default: 10 minutes. */
  resyncMs?: number;
  concurrency?: number;
}

/** Runs `reconcile` for every key that something happened to, and for all of them from time to time. */
export class Controller {
  readonly #options: ControllerOptions;
  readonly #queue: WorkQueue;
  #resync: NodeJS.Timeout | undefined;
  #started = false;
  readonly #early = new Set<string>();

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#queue = new WorkQueue(
      key => this.#reconcile(key),
      (key, error, failures) => this.#failed(key, error, failures),
      { concurrency: options.concurrency ?? 16 },
    );
    options.metrics.observeDepth(options.name, () => this.#queue.depth);
  }

  /** Asks for a look at this key. Before `start` it is kept for then. */
  add(key: string): void {
    if (this.#started) this.#queue.add(key);
    else this.#early.add(key);
  }

  /** Begins to work: first on all there is. */
  start(): void {
    this.#started = true;
    this.addAll();
    for (const key of this.#early) this.#queue.add(key);
    this.#early.clear();
    const period = this.#options.resyncMs ?? 600_000;
    this.#resync = setInterval(() => this.addAll(), period * (0.9 + Math.random() / 5));
  }

  addAll(): void {
    for (const key of this.#options.keys()) this.add(key);
  }

  async stop(): Promise<void> {
    clearInterval(this.#resync);
    await this.#queue.stop();
  }

  async #reconcile(key: string): Promise<WorkResult> {
    const done = this.#options.metrics.begin(this.#options.name);
    try {
      const result = await this.#options.reconcile(key);
      done('success');
      return result;
    } catch (error) {
      done('error');
      throw error;
    }
  }

  /** Conflicts are the daily bread of controllers; anything else is worth a line when it begins. */
  #failed(key: string, error: unknown, failures: number): void {
    const level = failures > 1 || isStatus(error, 409) ? 'debug' : 'warn';
    this.#options.log[level](
      { controller: this.#options.name, key, reason: describeError(error) },
      'could not reconcile; trying again',
    );
  }
}
