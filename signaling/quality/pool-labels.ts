import type { CallMetrics } from './metrics.ts';

/** More pools than these share a label, so that the number of series is bounded. */
const mostPools = 64;
const others = 'other';
/** How long the series of a pool outlast the last that was seen of it, in ms. */
const keptMs = 3_600_000;

/** What has series by pool. */
export type ByPool = Pick<CallMetrics['roundTrip'] | CallMetrics['freezes'], 'get' | 'remove'>;

/** The values of the label `pool`. */
export class PoolLabels {
  readonly #metrics: readonly ByPool[];
  /** When each was last seen. */
  readonly #seen = new Map<string, number>();

  /** @param metrics those whose series of a pool go with it. */
  constructor(metrics: readonly ByPool[]) {
    this.#metrics = metrics;
  }

  /** The label of a pool, of which something was seen now. */
  of(pool: string, now = performance.now()): string {
    if (!this.#seen.has(pool) && this.#seen.size >= mostPools) return others;
    this.#seen.set(pool, now);
    return pool;
  }

  /** Drops the series of pools of which nothing was seen for an hour. */
  async prune(now = performance.now()): Promise<void> {
    const gone = new Set([...this.#seen].filter(([, at]) => now - at > keptMs).map(([pool]) => pool));
    if (gone.size === 0) return;
    for (const pool of gone) this.#seen.delete(pool);
    for (const metric of this.#metrics) {
      const { values } = await metric.get();
      for (const { labels } of values) {
        // A bucket's bound is no label of a histogram.
        const { le: _, exemplarLabels: __, ...own } = labels as Record<string, string>;
        if (gone.has(`${own.pool}`)) metric.remove(own);
      }
    }
  }
}
