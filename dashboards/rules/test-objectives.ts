import { type Objective, objectives } from './objectives.ts';
import type { Series } from './test-alerts.ts';

/** Series of events of which this share is bad, at a rate that is far above the least that says something. */
const served: Record<Objective['slo'], (bad: number) => Series> = {
  joinSuccess: bad => ({
    'parley_signaling_joins_total{pool="eu",outcome="ok"}': rising(1 - bad),
    'parley_signaling_joins_total{pool="eu",outcome="unavailable"}': rising(bad),
    // The answer that they should get.
    'parley_signaling_joins_total{pool="eu",outcome="room_full"}': rising(1),
  }),
  joinTime: bad => ({
    'parley_call_join_seconds_bucket{pool="eu",le="2"}': rising(1 - bad),
    'parley_call_join_seconds_count{pool="eu"}': rising(1),
  }),
  audio: bad => ({
    'parley_call_audio_mos_bucket{pool="eu",le="3.5"}': rising(bad),
    'parley_call_audio_mos_count{pool="eu"}': rising(1),
  }),
  freezes: bad => ({
    'parley_call_frozen_seconds_total{pool="eu"}': rising(bad),
    'parley_call_watched_seconds_total{pool="eu"}': rising(1),
  }),
};

/** Events in a minute, for an hour. */
export const inMinute = 60_000;
const rising = (share: number) => `0+${Math.round(share * inMinute)}x60`;

/** The same of all objectives, of which each has its share that is bad. */
export const servedAll = (bad: (objective: number) => number): Series =>
  Object.assign({}, ...objectives.map(({ slo, objective }) => served[slo](bad(objective))));

/** How many times faster than allowed the budget goes, and the windows whose alert then fires. */
export const burnCases: readonly (readonly [burn: number, windows: readonly string[]])[] = [
  [0.9, []],
  [1.2, ['3d']],
  [3.5, ['1d', '3d']],
  [7, ['6h', '1d', '3d']],
  [16, ['1h', '6h', '1d', '3d']],
];
