import type { RuleGroup } from './rule.ts';

/** Histograms of calls with the labels besides the pool that panels ask for. Every signaling pod has all of them. */
const histograms: Readonly<Record<string, readonly string[]>> = {
  parley_call_round_trip_seconds: [],
  parley_call_jitter_seconds: ['kind'],
  parley_call_loss_ratio: ['kind'],
  parley_call_concealed_ratio: [],
  parley_call_freeze_ratio: [],
  parley_call_frames_per_second: [],
  parley_call_frame_height_pixels: [],
  parley_call_bits_per_second: ['kind', 'direction'],
  parley_call_available_bits_per_second: [],
  parley_call_audio_mos: [],
  parley_call_video_score: [],
  parley_call_join_seconds: [],
  parley_call_join_phase_seconds: ['phase'],
  parley_call_first_frame_seconds: [],
};

/** What people in calls have, by pool. */
export const callGroup: RuleGroup = {
  name: 'parley-calls',
  rules: [
    ...Object.entries(histograms).map(([name, labels]) => ({
      record: `pool:${name}_bucket:rate5m`,
      expr: `sum by (${['pool', 'le', ...labels].join(', ')}) (rate(${name}_bucket[5m]))`,
    })),
    {
      record: 'pool:parley_call_people:rate5m',
      expr: 'sum by (pool, grade) (rate(parley_call_people_seconds_total[5m]))',
    },
    {
      record: 'pool:parley_call_poor:ratio_rate5m',
      expr: `sum by (pool, cause) (rate(parley_call_poor_seconds_total[5m])) / on (pool) group_left () sum by (pool) (rate(parley_call_people_seconds_total[5m]) > 0)`,
    },
    {
      record: 'pool:parley_sfu_loss:ratio_rate5m',
      expr: `sum by (pool, direction, kind) (rate(parley_sfu_rtp_packets_lost_total[5m])) / (sum by (pool, direction, kind) (rate(parley_sfu_rtp_packets_total[5m])) > 0)`,
    },
  ],
};
