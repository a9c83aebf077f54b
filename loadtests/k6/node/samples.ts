/** What was measured in a run, and its summary in k6's own words. */
import type { SummaryData, SummaryMetric } from '../summary/result.ts';
import { isKept, type Threshold, thresholdOf } from './thresholds.ts';

type Type = SummaryMetric['type'];
type Tags = Readonly<Record<string, unknown>>;

interface Series {
  readonly type: Type;
  readonly isTime: boolean;
  /** Of the samples that count here; empty: all. */
  readonly tags: Tags;
  readonly values: number[];
  readonly thresholds: Threshold[];
}

export class Samples {
  readonly #all = new Map<string, Series>();
  readonly #parts = new Map<string, [string, Series][]>();

  declare(name: string, type: Type, isTime: boolean): void {
    if (!this.#all.has(name)) this.#all.set(name, { type, isTime, tags: {}, values: [], thresholds: [] });
  }

  /** Takes the limits of a script, by metric or by `metric{tag:value}`. @throws Error where one cannot be read */
  limit(thresholds: Readonly<Record<string, readonly string[]>>): void {
    for (const [name, expressions] of Object.entries(thresholds)) {
      const [, base = '', filter] = /^([^{]+)(?:\{(.*)\})?$/.exec(name) ?? [];
      const whole = this.#all.get(base);
      if (!whole) throw new Error(`There is a limit for "${name}", which nothing measures.`);
      const read = expressions.map(thresholdOf);
      if (filter === undefined) {
        whole.thresholds.push(...read);
        continue;
      }
      const tags = Object.fromEntries(filter.split(',').map(pair => pair.split(':')));
      const part: Series = { ...whole, tags, values: [], thresholds: read };
      this.#parts.set(base, [...(this.#parts.get(base) ?? []), [name, part]]);
    }
  }

  add(name: string, value: number, tags: Tags): void {
    this.#all.get(name)?.values.push(value);
    for (const [, part] of this.#parts.get(name) ?? []) {
      if (Object.entries(part.tags).every(([tag, wanted]) => tags[tag] === wanted)) part.values.push(value);
    }
  }

  summary(durationMs: number): SummaryData {
    const parts = [...this.#parts.values()].flat();
    const metrics = [...this.#all, ...parts].filter(
      ([, { values, thresholds }]) => values.length > 0 || thresholds.length > 0,
    );
    return {
      state: { testRunDurationMs: durationMs },
      metrics: Object.fromEntries(metrics.map(([name, series]) => [name, summaryOf(series, durationMs)])),
    };
  }
}

function summaryOf({ type, isTime, values, thresholds }: Series, durationMs: number): SummaryMetric {
  const figures = figuresOf(type, values, durationMs / 1000, thresholds);
  return {
    type,
    contains: isTime ? 'time' : 'default',
    values: figures,
    ...(thresholds.length > 0 && {
      thresholds: Object.fromEntries(
        thresholds.map(threshold => [threshold.expression, { ok: isKept(threshold, figures) }]),
      ),
    }),
  };
}

function figuresOf(
  type: Type,
  values: readonly number[],
  seconds: number,
  limits: readonly Threshold[],
): Record<string, number> {
  const sum = values.reduce((total, value) => total + value, 0);
  switch (type) {
    case 'counter':
      return { count: sum, rate: seconds > 0 ? sum / seconds : 0 };
    case 'rate':
      return { rate: values.length > 0 ? sum / values.length : 0, passes: sum, fails: values.length - sum };
    case 'gauge':
      return { value: values.at(-1) ?? 0, min: Math.min(...values), max: Math.max(...values) };
    case 'trend': {
      const sorted = values.toSorted((a, b) => a - b);
      const shares = [90, 95, 99, ...limits.flatMap(({ share }) => share ?? [])];
      return {
        count: sorted.length,
        min: sorted[0] ?? 0,
        max: sorted.at(-1) ?? 0,
        avg: sorted.length > 0 ? sum / sorted.length : 0,
        med: percentile(sorted, 50),
        ...Object.fromEntries(shares.map(share => [`p(${share})`, percentile(sorted, share)])),
      };
    }
  }
}

/** By linear interpolation between the two nearest, as k6 does it. */
export function percentile(sorted: readonly number[], share: number): number {
  const at = (share / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? 0;
  const above = sorted[Math.ceil(at)] ?? below;
  return below + (above - below) * (at - Math.floor(at));
}

/** Of this process' run. */
export const record = new Samples();
