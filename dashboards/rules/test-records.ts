import { errors, events, objectives, type Window } from './objectives.ts';
import type { Series } from './test-alerts.ts';
import { inMinute, servedAll } from './test-objectives.ts';

/** A recorded figure to the sixth place. */
export interface Recorded {
  readonly record: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What is recorded after an hour of these series. */
export interface RecordCase {
  readonly name: string;
  readonly series: Series;
  readonly recorded: readonly Recorded[];
}

const windows: readonly Window[] = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'];
const counted: readonly Window[] = ['1h', '6h', '1d', '3d'];
const pool = { pool: 'eu' };

const histograms: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  round_trip_seconds: {},
  jitter_seconds: { kind: 'audio' },
  loss_ratio: { kind: 'video' },
  concealed_ratio: {},
  freeze_ratio: {},
  frames_per_second: {},
  frame_height_pixels: {},
  bits_per_second: { kind: 'audio', direction: 'sent' },
  available_bits_per_second: {},
  audio_mos: {},
  video_score: {},
  join_seconds: {},
  join_phase_seconds: { phase: 'answer' },
  first_frame_seconds: {},
};

const bucketLabels = (labels: object) => ({ ...pool, le: '1', ...labels });
const selector = (labels: object) =>
  `{${Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(',')}}`;

export const recordCases: readonly RecordCase[] = [
  {
    name: 'a quarter is bad',
    series: servedAll(() => 0.25),
    recorded: objectives.flatMap(({ slo, objective }) => [
      { record: 'parley:slo_objective:ratio', labels: { slo }, value: objective },
      ...windows.map(window => ({ record: errors(window), labels: { ...pool, slo }, value: 0.25 })),
      ...counted.map(window => ({ record: events(window), labels: { ...pool, slo }, value: 60 * inMinute })),
    ]),
  },
  {
    name: 'nothing was ever bad',
    series: { 'parley_signaling_joins_total{pool="eu",outcome="ok"}': `0+${inMinute}x60` },
    recorded: [{ record: errors('5m'), labels: { ...pool, slo: 'joinSuccess' }, value: 0 }],
  },
  {
    name: 'who is told when to come again is not turned away',
    series: {
      'parley_signaling_joins_total{pool="eu",outcome="ok"}': `0+${inMinute}x60`,
      // An ordinary wave, and a pool that had no pod: one person asks many times.
      'parley_signaling_joins_total{outcome="busy"}': `0+${inMinute}x60`,
      'parley_signaling_joins_total{pool="eu",outcome="busy"}': `0+${inMinute}x60`,
      'parley_signaling_joins_total{outcome="room_not_ready"}': `0+${inMinute}x60`,
    },
    recorded: [
      { record: errors('1h'), labels: { ...pool, slo: 'joinSuccess' }, value: 0 },
      { record: errors('1h'), labels: { pool: '', slo: 'joinSuccess' }, value: 0 },
      { record: events('1h'), labels: { ...pool, slo: 'joinSuccess' }, value: 60 * inMinute },
    ],
  },
  {
    name: 'faults before the pool is known are a share of all joins',
    series: {
      'parley_signaling_joins_total{pool="eu",outcome="ok"}': `0+${inMinute * 3}x60`,
      'parley_signaling_joins_total{outcome="unavailable"}': `0+${inMinute}x60`,
    },
    recorded: [
      { record: errors('1h'), labels: { ...pool, slo: 'joinSuccess' }, value: 0 },
      { record: errors('1h'), labels: { pool: '', slo: 'joinSuccess' }, value: 0.25 },
      { record: events('1h'), labels: { pool: '', slo: 'joinSuccess' }, value: 4 * 60 * inMinute },
    ],
  },
  {
    name: 'five times as much as allowed is bad',
    series: servedAll(objective => 5 * (1 - objective)),
    recorded: objectives.map(({ slo }) => ({
      record: 'pool:parley_slo_burn:ratio_rate1h',
      labels: { ...pool, slo },
      value: 5,
    })),
  },
  {
    name: 'two fifths of the budget go',
    series: servedAll(objective => 0.4 * (1 - objective)),
    recorded: objectives.map(({ slo }) => ({
      record: 'pool:parley_slo_budget:left30d',
      labels: { ...pool, slo },
      value: 0.6,
    })),
  },
  {
    name: 'two pods each count two in a second',
    series: Object.fromEntries(
      Object.entries(histograms).flatMap(([name, labels]) =>
        ['a', 'b'].map(pod => [
          `parley_call_${name}_bucket${selector({ ...bucketLabels(labels), pod })}`,
          '0+120x60',
        ]),
      ),
    ),
    recorded: Object.entries(histograms).map(([name, labels]) => ({
      record: `pool:parley_call_${name}_bucket:rate5m`,
      labels: bucketLabels(labels),
      value: 4,
    })),
  },
  {
    name: 'some people fare badly, and some packets are lost',
    series: {
      'parley_call_people_seconds_total{pool="eu",grade="good",pod="a"}': '0+500x60',
      'parley_call_people_seconds_total{pool="eu",grade="good",pod="b"}': '0+400x60',
      'parley_call_people_seconds_total{pool="eu",grade="poor",pod="a"}': '0+100x60',
      'parley_call_poor_seconds_total{pool="eu",cause="relay",pod="a"}': '0+100x60',
      'parley_sfu_rtp_packets_lost_total{pool="eu",direction="received",kind="audio"}': '0+3x60',
      'parley_sfu_rtp_packets_total{pool="eu",direction="received",kind="audio"}': '0+3000x60',
    },
    recorded: [
      { record: 'pool:parley_call_people:rate5m', labels: { ...pool, grade: 'good' }, value: 15 },
      { record: 'pool:parley_call_poor:ratio_rate5m', labels: { ...pool, cause: 'relay' }, value: 0.1 },
      {
        record: 'pool:parley_sfu_loss:ratio_rate5m',
        labels: { ...pool, direction: 'received', kind: 'audio' },
        value: 0.001,
      },
    ],
  },
];
