import { atLeast, atMost, lines, type Row } from '../build/board.ts';
import { inPool } from '../build/queries.ts';

/** It meets once a minute, which five minutes make too little of. */
const p95 = (histogram: string, by: string) =>
  `histogram_quantile(0.95, sum by (le, ${by}) (rate(${histogram}_bucket{${inPool}}[15m])))`;

/** What a synthetic pair of participants has, and what is measured at all. */
export const canary: Row = {
  title: 'What the canary has, and what is measured at all',
  panels: [
    lines(
      'Joins of the canary',
      {
        description:
          'Time until media of the synthetic pair is connected, and until each has the first packet of the other.',
        unit: 's',
        limits: atMost(1, 2),
      },
      [p95('parley_canary_join_seconds', 'pool'), 'connected {{pool}}'],
      [p95('parley_canary_first_packet_seconds', 'pool'), 'first packet {{pool}}'],
    ),
    lines(
      'Loss of the canary',
      {
        description:
          'Share of the packets between the two that did not come in a round. Nothing is asked for again.',
        unit: 'percentunit',
        limits: atMost(0.01, 0.05),
      },
      [p95('parley_canary_loss_ratio', 'pool, kind'), '{{pool}} {{kind}}'],
    ),
    lines(
      'Longest pause of the canary',
      {
        description:
          'Between two packets of a stream in a round. Long ones: its room moved, or its SFU was lost.',
        unit: 's',
        limits: atMost(0.25, 1),
      },
      [p95('parley_canary_gap_seconds', 'pool, kind'), '{{pool}} {{kind}}'],
    ),
    lines(
      'Pods that are scraped',
      {
        description:
          'Share of the pods of a component that answer Prometheus. What is not scraped is not seen.',
        unit: 'percentunit',
        limits: atLeast(1, 0.5),
      },
      ['avg by (component) (up{component=~"operator|signaling|sfu|turn|canary"})', '{{component}}'],
    ),
  ],
};
