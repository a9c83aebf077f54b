/** The end of a run in a form that does not depend on k6. Pure. */

/** What k6 gives to `handleSummary`. */
export interface SummaryData {
  readonly state?: { readonly testRunDurationMs?: number };
  readonly metrics?: Readonly<Record<string, SummaryMetric>>;
}

export interface SummaryMetric {
  readonly type: 'trend' | 'rate' | 'counter' | 'gauge';
  readonly contains: string;
  readonly values: Readonly<Record<string, number>>;
  readonly thresholds?: Readonly<Record<string, { readonly ok: boolean }>>;
}

export interface Limit {
  readonly metric: string;
  /** Such as `p(95)<500`. */
  readonly expression: string;
  /** The figure that the limit is about; undefined where there was nothing to measure. */
  readonly value: number | undefined;
  readonly isTime: boolean;
  readonly kept: boolean;
}

export interface Result {
  readonly scenario: string;
  readonly passed: boolean;
  readonly durationMs: number;
  /** What the run was told, but for secrets. */
  readonly settings: Readonly<Record<string, string | number>>;
  readonly limits: readonly Limit[];
  /** Metrics without tags of their own, by name. */
  readonly metrics: Readonly<Record<string, SummaryMetric>>;
  /** Those of one tag, as far as a limit names it. */
  readonly parts: Readonly<Record<string, SummaryMetric>>;
}

/** k6 gave its summary in words that these scripts do not know. */
export class SummaryError extends Error {
  override readonly name = 'SummaryError';
  readonly code = 'unknown_summary';
}

/** @throws SummaryError */
export function resultOf(
  scenario: string,
  settings: Readonly<Record<string, string | number>>,
  data: SummaryData,
): Result {
  if (!data.metrics || Array.isArray(data.metrics)) {
    throw new SummaryError(
      'k6 gave its summary in a form that these scripts do not know. Run it with --new-machine-readable-summary=false.',
    );
  }
  const entries = Object.entries(data.metrics).sort(([a], [b]) => (a < b ? -1 : 1));
  const limits = entries.flatMap(([metric, { values, thresholds = {}, contains }]) =>
    Object.entries(thresholds).map(([expression, { ok }]) => ({
      metric,
      expression,
      value: values[/^[a-z]+(\([\d.]+\))?/.exec(expression)?.[0] ?? ''],
      isTime: contains === 'time',
      kept: ok,
    })),
  );
  return {
    scenario,
    passed: limits.every(({ kept }) => kept),
    durationMs: data.state?.testRunDurationMs ?? 0,
    settings,
    limits,
    metrics: Object.fromEntries(entries.filter(([name]) => !name.includes('{'))),
    parts: Object.fromEntries(entries.filter(([name]) => name.includes('{'))),
  };
}

/** A figure for people: times as ms or s, shares in per cent. */
export function figure(value: number | undefined, what: 'time' | 'share' | 'number'): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
  if (what === 'share') return `${round(value * 100)} %`;
  if (what === 'number') return round(value);
  return value < 1000 ? `${round(value)} ms` : `${round(value / 1000)} s`;
}

/** Three digits that count. */
function round(value: number): string {
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits);
}

/** The figures of a metric that are shown, with their names. */
export function figuresOf({ type, contains, values }: SummaryMetric): [string, string][] {
  const what = contains === 'time' ? 'time' : 'number';
  switch (type) {
    case 'trend':
      return ['med', 'p(95)', 'p(99)', 'max'].map(name => [name, figure(values[name], what)]);
    case 'rate':
      return [
        ['share', figure((values.passes ?? 0) + (values.fails ?? 0) > 0 ? values.rate : undefined, 'share')],
        ['of', figure((values.passes ?? 0) + (values.fails ?? 0), 'number')],
      ];
    case 'counter':
      return [
        ['count', figure(values.count, 'number')],
        ['per second', figure(values.rate, 'number')],
      ];
    case 'gauge':
      return [
        ['value', figure(values.value, 'number')],
        ['max', figure(values.max, 'number')],
      ];
  }
}
