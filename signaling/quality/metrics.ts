import { BusyHistogram, Counter, type Registry } from '@parley/telemetry';

const ratios = [0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];
const scores = [1.5, 2, 2.5, 3, 3.5, 3.8, 4, 4.2, 4.4];
const seconds = [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30];
const bitrates = [
  10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000,
];

/**
 * How calls go, as receivers say. `pool` is the MediaPool of the room: at most 64 of them, others are `other`, and one of which nothing was
 * seen for an hour goes.
 */
export function createCallMetrics(registry: Registry) {
  const registers = [registry];
  const histogram = <T extends string>(name: string, help: string, buckets: number[], labelNames: T[]) =>
    new BusyHistogram<T | 'pool'>({
      name: `parley_call_${name}`,
      help,
      buckets,
      labelNames: ['pool', ...labelNames],
      registers,
    });
  const counter = <T extends string>(name: string, help: string, labelNames: T[]) =>
    new Counter({ name: `parley_call_${name}_total`, help, labelNames: ['pool', ...labelNames], registers });
  return {
    roundTrip: histogram(
      'round_trip_seconds',
      'Round-trip time between a client and its SFU, once per transport and report.',
      [0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2],
      [],
    ),
    jitter: histogram(
      'jitter_seconds',
      'Jitter of a received stream (RFC 3550), once per report.',
      [0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5],
      ['kind'],
    ),
    loss: histogram(
      'loss_ratio',
      'Share of the packets of a received stream that were lost, once per report.',
      ratios,
      ['kind'],
    ),
    concealed: histogram(
      'concealed_ratio',
      'Share of the samples of a received sound that were made up, silence left out, once per report.',
      ratios,
      [],
    ),
    freeze: histogram(
      'freeze_ratio',
      'Share of the time of a report that a received picture stood still.',
      ratios,
      [],
    ),
    freezes: counter('freezes', 'Freezes of received pictures.', []),
    frozenSeconds: counter(
      'frozen_seconds',
      'Time that received pictures stood still, in stream-seconds.',
      [],
    ),
    watchedSeconds: counter('watched_seconds', 'Time that pictures were received, in stream-seconds.', []),
    framesPerSecond: histogram(
      'frames_per_second',
      'Frame rate of a received picture, once per report.',
      [1, 5, 10, 15, 20, 24, 30, 60],
      [],
    ),
    frameHeight: histogram(
      'frame_height_pixels',
      'Height of a received picture, once per report.',
      [90, 180, 270, 360, 540, 720, 1080, 2160],
      [],
    ),
    bitrate: histogram(
      'bits_per_second',
      'Bit rate of a stream by direction, as the client has it: sent, received; once per report. A layer of a picture is a stream.',
      bitrates,
      ['kind', 'direction'],
    ),
    availableBitrate: histogram(
      'available_bits_per_second',
      'What a client may send, as its browser estimates, once per report.',
      bitrates,
      [],
    ),
    limitedSeconds: counter(
      'limited_seconds',
      'Time that pictures were sent, in stream-seconds, by what limited them: none, cpu, bandwidth, other.',
      ['reason'],
    ),
    pathSeconds: counter(
      'path_seconds',
      "Time that transports were used, by the type of the client's ICE candidate, by protocol: udp, tcp, relay_udp, relay_tcp, relay_tls, and by where they lead to: sfu, direct (to another participant).",
      ['candidate_type', 'protocol', 'via'],
    ),
    audioMos: histogram(
      'audio_mos',
      'Mean opinion score of a received sound by the E-model (ITU-T G.107), once per report.',
      scores,
      [],
    ),
    videoScore: histogram(
      'video_score',
      'Score of a received picture from 1 to 5, see docs/quality.md, once per report.',
      scores,
      [],
    ),
    peopleSeconds: counter(
      'people_seconds',
      'Time that participants reported on, by how they fared: good, poor.',
      ['grade'],
    ),
    poorSeconds: counter(
      'poor_seconds',
      'Time that participants fared badly, by the likely cause: network, relay, device, unknown.',
      ['cause'],
    ),
    joinPhase: histogram(
      'join_phase_seconds',
      'Time that a join took, by phase: connect, answer (of signaling), transport (ICE and DTLS), first_frame (of another).',
      seconds,
      ['phase'],
    ),
    join: histogram(
      'join_seconds',
      'Time from the click to media that is connected, less the time in which there was none to connect for; to the answer where there is none, to the report where it finds no way.',
      seconds,
      [],
    ),
    firstFrame: histogram(
      'first_frame_seconds',
      'Time from the click to the first picture of another.',
      seconds,
      [],
    ),
    reports: new Counter({
      name: 'parley_call_reports_total',
      help: 'What clients said, by kind (quality, join) and outcome: ok, invalid, too_many.',
      labelNames: ['kind', 'outcome'],
      registers,
    }),
  };
}
export type CallMetrics = ReturnType<typeof createCallMetrics>;

/** Those that have the label `pool`. */
export function byPool({ reports: _, ...metrics }: CallMetrics) {
  return Object.values(metrics);
}
