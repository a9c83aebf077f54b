import type { Duration, RecordingRule, RuleGroup } from './rule.ts';

/** What of a pool's service is promised. A ratio is of bad events to all events. */
export interface Objective {
  /** Name in labels and in the chart's values. */
  readonly slo: 'joinSuccess' | 'joinTime' | 'audio' | 'freezes';
  /** The share that has to be good, unless the chart's values say otherwise. */
  readonly objective: number;
  /** In words, for docs. */
  readonly good: string;
  readonly bad: (range: string) => string;
  readonly all: (range: string) => string;
  /** Fewer events than these in a window say nothing. */
  readonly least: number;
}

const byPool = (selector: string) => (range: string) => `sum by (pool) (rate(${selector}[${range}]))`;

/**
 * Refusals that are Parley's fault; others are an answer that people have to be given. Who hears `busy` or `room_not_ready` asks again by
 * themselves, many times, until they are in: how long that takes is what `joinTime` is about.
 */
export const faults = ['internal', 'media_lost', 'unavailable'] as const;

const failed = `parley_signaling_joins_total{outcome=~"${faults.join('|')}"}`;
const decided = `outcome=~"ok|${faults.join('|')}"`;

/** By pool. Before the pool is known there are refusals alone, so that they are a share of the joins to all pools. */
const decidedJoins = (range: string) =>
  `(${byPool(`parley_signaling_joins_total{${decided},pool!=""}`)(range)} or sum(rate(parley_signaling_joins_total{${decided}}[${range}])))`;

/** The observations up to a bucket's bound. Prometheus 3 writes a whole bound as 2.0, older ones as it comes. */
const bucket = (histogram: string, bound: string) =>
  byPool(`${histogram}_bucket{le=${bound.includes('.') ? `"${bound}"` : `~"${bound}|${bound}[.]0"`}}`);

/** The observations of a histogram above a bucket's bound. */
const over = (histogram: string, bound: string) => (range: string) =>
  `(${byPool(`${histogram}_count`)(range)} - ${bucket(histogram, bound)(range)})`;

export const objectives: readonly Objective[] = [
  {
    slo: 'joinSuccess',
    objective: 0.995,
    good: 'joins that are not refused by a fault of Parley',
    bad: byPool(failed),
    all: decidedJoins,
    least: 20,
  },
  {
    slo: 'joinTime',
    objective: 0.95,
    good: 'joins whose media is connected within 2 s after the click',
    bad: over('parley_call_join_seconds', '2'),
    all: byPool('parley_call_join_seconds_count'),
    least: 20,
  },
  {
    slo: 'audio',
    objective: 0.97,
    good: 'reports of received sound with a mean opinion score above 3.5',
    bad: bucket('parley_call_audio_mos', '3.5'),
    all: byPool('parley_call_audio_mos_count'),
    least: 120,
  },
  {
    slo: 'freezes',
    objective: 0.99,
    good: 'time of received pictures in which they move',
    bad: byPool('parley_call_frozen_seconds_total'),
    all: byPool('parley_call_watched_seconds_total'),
    least: 1_200,
  },
];

/** Windows over which the share of bad events is recorded; the longer ones cost more and change less. */
const short = ['5m', '30m', '1h', '2h', '6h'] as const satisfies Duration[];
const long = ['1d', '3d'] as const satisfies Duration[];
export type Window = (typeof short)[number] | (typeof long)[number];

/** Share of bad events in a window, by pool and `slo`. */
export const errors = (window: Window): string => `pool:parley_slo_errors:ratio_rate${window}`;
/** How many events there were in a window, by pool and `slo`. */
export const events = (window: Window): string => `pool:parley_slo_events:increase${window}`;
/** The share that has to be good, by `slo`. The chart puts its values here. */
export const target = 'parley:slo_objective:ratio';
/** What is left of 30 days' budget, by pool and `slo`: 1 all of it, below 0 nothing. */
export const budget = 'pool:parley_slo_budget:left30d';
/** How many times faster than allowed the budget goes, over an hour. */
export const burning = 'pool:parley_slo_burn:ratio_rate1h';

const share = ({ slo, bad, all }: Objective, window: Window): RecordingRule => ({
  record: errors(window),
  labels: { slo },
  // What was never bad has no series of its own.
  expr: `(${bad(window)} or 0 * ${all(window)}) / (${all(window)} > 0)`,
});

const seconds: Record<Window, number> = {
  '5m': 300,
  '30m': 1_800,
  '1h': 3_600,
  '2h': 7_200,
  '6h': 21_600,
  '1d': 86_400,
  '3d': 259_200,
};

const count = ({ slo, all }: Objective, window: Window): RecordingRule => ({
  record: events(window),
  labels: { slo },
  expr: `${seconds[window]} * ${all(window)}`,
});

const allowed = `(1 - ${target})`;

/** The shares of bad events over every window, and what follows from them. */
export const objectiveGroups: readonly RuleGroup[] = [
  {
    name: 'parley-objectives',
    rules: [
      ...objectives.map(({ slo, objective }) => ({
        record: target,
        labels: { slo },
        expr: `vector(${objective})`,
      })),
      ...objectives.flatMap(each => short.map(window => share(each, window))),
      ...objectives.flatMap(each => (['1h', '6h'] as const).map(window => count(each, window))),
      { record: burning, expr: `${errors('1h')} / on (slo) group_left () ${allowed}` },
    ],
  },
  {
    name: 'parley-objectives-long',
    interval: '2m',
    rules: [
      ...objectives.flatMap(each => long.map(window => share(each, window))),
      ...objectives.flatMap(each => long.map(window => count(each, window))),
      {
        record: budget,
        expr: `1 - avg_over_time(${errors('5m')}[30d]) / on (slo) group_left () ${allowed}`,
      },
    ],
  },
];
