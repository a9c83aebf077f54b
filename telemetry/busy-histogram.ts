import { Histogram, type HistogramConfiguration } from 'prom-client';

/** What is observed under one set of labels. */
export class Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly #bounds: readonly number[];
  /** By bucket, each for itself; the last one is of what lies above all bounds. */
  readonly #counts: number[];
  readonly #exemplars: (Exemplar | undefined)[];
  #sum = 0;
  #count = 0;

  constructor(labels: Readonly<Record<string, string>>, bounds: readonly number[]) {
    this.labels = labels;
    this.#bounds = bounds;
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0);
    this.#exemplars = this.#counts.map(() => undefined);
  }

  /**
   * @param exemplar labels of it, if there is one; its bucket keeps the last.
   * @throws TypeError if the value is no finite number.
   */
  observe(value: number, exemplar?: Readonly<Record<string, string>>): void {
    if (!Number.isFinite(value)) throw new TypeError(`${value} cannot be observed: it is no finite number.`);
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && value > (bounds[bucket] ?? 0)) bucket++;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += value;
    this.#count += 1;
    if (exemplar) this.#exemplars[bucket] = { labelSet: exemplar, value, timestamp: Date.now() / 1000 };
  }

  /** As a histogram of this name is written; nothing, if nothing was observed. */
  samples(name: string) {
    if (this.#count === 0) return [];
    const { labels } = this;
    let below = 0;
    const buckets = this.#counts.map((count, at) => {
      below += count;
      const le = this.#bounds[at] ?? '+Inf';
      const exemplar = this.#exemplars[at];
      return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: below, exemplar };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: this.#sum },
      { metricName: `${name}_count`, labels, value: this.#count },
    ];
  }
}

interface Exemplar {
  labelSet: Readonly<Record<string, string>>;
  value: number;
  /** In s since 1970. */
  timestamp: number;
}

/**
 * A histogram with exemplars that is observed so often that looking a series up each time would cost more than all else: one takes it once, by
 * `series`, for all that one has to say. It is not observed in any other way.
 */
export class BusyHistogram<T extends string> extends Histogram {
  readonly #name: string;
  readonly #labelNames: readonly T[];
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, Series>();

  constructor(of: HistogramConfiguration<string> & { labelNames: T[]; buckets: number[] }) {
    super({ ...of, enableExemplars: true });
    this.#name = of.name;
    this.#labelNames = of.labelNames;
    this.#bounds = of.buckets;
    this.observe = () => {
      throw new TypeError(`${of.name} is observed by its series.`);
    };
  }

  /** Not to be kept: a series that was removed is not written any more. */
  series(labels: Readonly<Record<T, string>>): Series {
    const key = this.#keyOf(labels);
    const known = this.#series.get(key);
    if (known) return known;
    const made = new Series(labels, this.#bounds);
    this.#series.set(key, made);
    return made;
  }

  override async get() {
    const values = [...this.#series.values()].flatMap(one => one.samples(this.#name));
    return { ...(await super.get()), values };
  }

  override remove(labels: unknown): void {
    this.#series.delete(this.#keyOf(labels as Readonly<Record<T, string>>));
  }

  override reset(): void {
    super.reset();
    // prom-client does so before there is anything.
    if (#series in this) this.#series.clear();
  }

  #keyOf(labels: Readonly<Record<T, string>>): string {
    return this.#labelNames.map(name => labels[name]).join('\n');
  }
}
