import type { Logger } from '@parley/telemetry';
import { describeError } from './availability.ts';
import { isStatus } from './error.ts';
import { NotLeadingError } from './fence.ts';
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
  /** After how many seconds a worker counts as stuck. Default: 300. */
  stuckSeconds?: number;
}

/** A worker that takes longer hangs, since every request it makes ends by itself sooner. */
const stuckSeconds = 300;

/** Runs `reconcile` for every key that something happened to, and for all of them from time to time. */
export class Controller {
  readonly #options: ControllerOptions;
  readonly #queue: WorkQueue;
  #resync: NodeJS.Timeout | undefined;
  #started = false;

  constructor(options: ControllerOptions) {
    this.#options = options;
    const { name, metrics, concurrency = 16 } = options;
    this.#queue = new WorkQueue(
      key => this.#reconcile(key),
      (key, error, failures) => this.#failed(key, error, failures),
      { concurrency, observer: metrics.queueObserver(name) },
    );
    metrics.observeController(name, {
      concurrency,
      depth: () => this.#queue.depth,
      runningSeconds: () => this.#queue.runningSeconds(),
    });
  }

  /** Why only a restart helps, or undefined. */
  get problem(): string | undefined {
    const longest = Math.max(0, ...this.#queue.runningSeconds());
    if (longest < (this.#options.stuckSeconds ?? stuckSeconds)) return undefined;
    return `A worker of the controller ${this.#options.name} has been at one key for ${Math.round(longest)} s`;
  }

  /** Asks for a look at this key. Before `start` there is no need to: that looks at all there is. */
  add(key: string): void {
    if (this.#started) this.#queue.add(key);
  }

  /** Begins to work: first on all there is. */
  start(): void {
    this.#started = true;
    this.addAll();
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
    const expected = isStatus(error, 409) || error instanceof NotLeadingError;
    const level = failures > 1 || expected ? 'debug' : 'warn';
    this.#options.log[level](
      { controller: this.#options.name, key, reason: describeError(error) },
      'could not reconcile; trying again',
    );
  }
}
