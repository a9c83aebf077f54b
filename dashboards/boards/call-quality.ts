import { aCount, areas, atLeast, atMost, type Board, lines } from '../build/board.ts';
import { callQuantile, inPool, rate, rateBy } from '../build/queries.ts';

const ofAll = (by: string, counter: string) =>
  `${rateBy(by, counter)} / on () group_left () (sum(${rate(counter)}) > 0)`;

export const callQuality: Board = {
  uid: 'parley-call-quality',
  title: 'Call quality',
  description: 'What people in calls have, as their browsers report it (W3C webrtc-stats).',
  choice: 'pool',
  rows: [
    {
      title: 'Sound',
      panels: [
        lines(
          'Score of sound',
          {
            description:
              'Mean opinion score by the E-model (ITU-T G.107), 1 to 4.5. Above 4: satisfied; below 3.5: many are not. p05: all but the worst 5 % have more.',
            unit: 'short',
            limits: atLeast(4, 3.5),
          },
          [callQuantile(0.5, 'parley_call_audio_mos'), 'p50'],
          [callQuantile(0.05, 'parley_call_audio_mos'), 'p05'],
        ),
        lines(
          'Sound that was made up',
          {
            description:
              'Share of the samples that were concealed, since packets came late or not at all, silence left out.',
            unit: 'percentunit',
            limits: atMost(0.02, 0.05),
          },
          [callQuantile(0.5, 'parley_call_concealed_ratio'), 'p50'],
          [callQuantile(0.95, 'parley_call_concealed_ratio'), 'p95'],
        ),
        lines(
          'Jitter',
          {
            description: 'How unevenly packets come (RFC 3550). Above 30 ms sound gets delayed.',
            unit: 's',
            limits: atMost(0.03, 0.1),
          },
          [callQuantile(0.95, 'parley_call_jitter_seconds', 'kind'), 'p95 {{kind}}'],
        ),
      ],
    },
    {
      title: 'Pictures',
      panels: [
        lines(
          'Score of pictures',
          {
            description: 'Score from 1 to 5, see docs/quality.md. p05: all but the worst 5 % have more.',
            unit: 'short',
            limits: atLeast(3.8, 3),
          },
          [callQuantile(0.5, 'parley_call_video_score'), 'p50'],
          [callQuantile(0.05, 'parley_call_video_score'), 'p05'],
        ),
        lines(
          'Frozen time',
          {
            description:
              'Share of the time of received pictures in which they stand still. Objective: under 1 %.',
            unit: 'percentunit',
            limits: atMost(0.01, 0.03),
          },
          [
            `sum by (pool) (${rate('parley_call_frozen_seconds_total')}) / (sum by (pool) (${rate('parley_call_watched_seconds_total')}) > 0)`,
            '{{pool}}',
          ],
        ),
        lines(
          'Freezes in a minute of a picture',
          {
            description: 'How often a picture stands still. Many short ones: loss; few long ones: a break.',
            unit: 'short',
            limits: atMost(0.2, 1),
          },
          [
            `60 * sum by (pool) (${rate('parley_call_freezes_total')}) / (sum by (pool) (${rate('parley_call_watched_seconds_total')}) > 0)`,
            '{{pool}}',
          ],
        ),
        lines(
          'Frame rate',
          {
            description: 'Of received pictures. Layers for small pictures have less by intention.',
            unit: 'fps',
            limits: atLeast(15, 8),
          },
          [callQuantile(0.5, 'parley_call_frames_per_second'), 'p50'],
          [callQuantile(0.05, 'parley_call_frames_per_second'), 'p05'],
        ),
        lines(
          'Height of pictures',
          {
            description: 'As they are received: what is watched small is sent small.',
            unit: 'pixel',
            limits: aCount,
          },
          [callQuantile(0.5, 'parley_call_frame_height_pixels'), 'p50'],
          [callQuantile(0.95, 'parley_call_frame_height_pixels'), 'p95'],
        ),
        areas(
          'What limits pictures that are sent',
          {
            description:
              'Share of the time. cpu: the computer is too slow; bandwidth: the way up is too narrow.',
            unit: 'percentunit',
            limits: aCount,
          },
          [ofAll('reason', 'parley_call_limited_seconds_total'), '{{reason}}'],
        ),
      ],
    },
    {
      title: 'Network',
      panels: [
        lines(
          'Round-trip time',
          {
            description:
              'Between a client and its SFU. Above 300 ms people talk at once: a pool nearer to them helps.',
            unit: 's',
            limits: atMost(0.15, 0.3),
          },
          [callQuantile(0.5, 'parley_call_round_trip_seconds'), 'p50'],
          [callQuantile(0.95, 'parley_call_round_trip_seconds'), 'p95'],
        ),
        lines(
          'Packets lost on the way to clients',
          {
            description:
              'Share of the packets of a stream. Sound bears 2 %, pictures are repaired up to about 5 %.',
            unit: 'percentunit',
            limits: atMost(0.02, 0.05),
          },
          [callQuantile(0.5, 'parley_call_loss_ratio', 'kind'), 'p50 {{kind}}'],
          [callQuantile(0.95, 'parley_call_loss_ratio', 'kind'), 'p95 {{kind}}'],
        ),
        lines(
          'Bandwidth that clients have',
          {
            description: 'What a client may send, as its browser estimates. p05: the worst off.',
            unit: 'bps',
            limits: atLeast(500_000, 150_000),
          },
          [callQuantile(0.5, 'parley_call_available_bits_per_second'), 'p50'],
          [callQuantile(0.05, 'parley_call_available_bits_per_second'), 'p05'],
        ),
        lines(
          'Bit rate of a stream',
          { description: 'In the middle, by kind and direction.', unit: 'bps', limits: aCount },
          [callQuantile(0.5, 'parley_call_bits_per_second', 'kind, direction'), '{{direction}} {{kind}}'],
        ),
        areas(
          'Ways that media takes',
          {
            description:
              'Share of the time, by the candidate of the client and the protocol. Many relays: networks block UDP.',
            unit: 'percentunit',
            limits: aCount,
          },
          [
            ofAll('candidate_type, protocol', 'parley_call_path_seconds_total'),
            '{{candidate_type}} {{protocol}}',
          ],
        ),
        areas(
          'People by how they fare',
          {
            description: 'People in calls who reported, by whether sound and pictures are good.',
            unit: 'short',
            limits: aCount,
          },
          [`sum by (grade) (pool:parley_call_people:rate5m{${inPool}})`, '{{grade}}'],
        ),
      ],
    },
    {
      title: 'Joining',
      panels: [
        lines(
          'Time to join',
          {
            description: 'From the click until media is connected. Objective: 95 % within 2 s.',
            unit: 's',
            limits: atMost(1, 2),
          },
          [callQuantile(0.5, 'parley_call_join_seconds'), 'p50'],
          [callQuantile(0.95, 'parley_call_join_seconds'), 'p95'],
        ),
        lines(
          'Phases of a join',
          {
            description:
              'connect: to signaling; answer: of signaling, see Signaling; transport: ICE and DTLS, slow where UDP is blocked; first_frame: of another.',
            unit: 's',
            limits: atMost(0.5, 1),
          },
          [callQuantile(0.95, 'parley_call_join_phase_seconds', 'phase'), 'p95 {{phase}}'],
        ),
        lines(
          'Time to the first picture',
          {
            description: 'From the click until the first picture of another is decoded.',
            unit: 's',
            limits: atMost(2, 4),
          },
          [callQuantile(0.5, 'parley_call_first_frame_seconds'), 'p50'],
          [callQuantile(0.95, 'parley_call_first_frame_seconds'), 'p95'],
        ),
        lines(
          'Joins by outcome',
          {
            description:
              'ok, or why not: internal, media_lost and unavailable are faults of Parley. After busy and room_not_ready clients ask again by themselves.',
            unit: 'reqps',
            limits: aCount,
          },
          [rateBy('outcome', 'parley_signaling_joins_total'), '{{outcome}}'],
        ),
        lines(
          'Reports of clients',
          {
            description:
              'What all of this is made of. invalid: makes no sense; too_many: comes too often. Both are not counted.',
            unit: 'reqps',
            limits: aCount,
          },
          [rateBy('kind, outcome', 'parley_call_reports_total', ''), '{{kind}} {{outcome}}'],
        ),
      ],
    },
  ],
};
