import type { JoinReport, MediaPathReport, QualityReport } from '@parley/protocol';
import {
  concealedOf,
  frozenOf,
  lossOf,
  pictureScore,
  roundTripOf,
  soundScore,
  type Verdict,
} from '@parley/quality';
import { activeTrace, exemplarOf, type Histogram } from '@parley/telemetry';
import type { CallMetrics } from './metrics.ts';

/** What observations of one report are labelled with. */
export interface Labelled {
  pool: string;
}

/** With the trace of what is being answered, if that is recorded. */
function observe(histogram: Histogram, labels: Record<string, string>, value: number): void {
  const exemplarLabels = exemplarOf(activeTrace());
  histogram.observe({ labels, value, ...(exemplarLabels && { exemplarLabels }) });
}

/** Counts what one report says; `seconds` of it count as time, where the client's clock is not to be trusted. */
export function recordQuality(
  metrics: CallMetrics,
  { pool }: Labelled,
  report: QualityReport,
  seconds: number,
): void {
  const period = report.periodMs / 1000;
  const roundTrip = roundTripOf(report);
  for (const path of report.paths) recordPath(metrics, pool, path, seconds);
  for (const stream of report.received) {
    const { kind } = stream;
    observe(metrics.jitter, { pool, kind }, stream.jitter);
    observe(metrics.loss, { pool, kind }, lossOf(stream));
    observe(metrics.bitrate, { pool, kind, direction: 'received' }, (stream.bytesReceived * 8) / period);
    if (stream.kind === 'audio') {
      const mos = soundScore(stream, roundTrip);
      if (mos === undefined) continue;
      observe(metrics.concealed, { pool }, concealedOf(stream));
      observe(metrics.audioMos, { pool }, mos);
    } else {
      observe(metrics.frameHeight, { pool }, stream.frameHeight);
      observe(metrics.videoScore, { pool }, pictureScore(stream, report.periodMs));
      // A screen that does not change has hardly any frames, and looks frozen to a browser.
      if (stream.source === 'screen') continue;
      const frozen = frozenOf(stream, report.periodMs);
      observe(metrics.framesPerSecond, { pool }, stream.framesPerSecond);
      observe(metrics.freeze, { pool }, frozen);
      metrics.freezes.inc({ pool }, stream.freezeCount);
      metrics.frozenSeconds.inc({ pool }, frozen * seconds);
      metrics.watchedSeconds.inc({ pool }, seconds);
    }
  }
  for (const stream of report.sent) {
    const { kind } = stream;
    observe(metrics.bitrate, { pool, kind, direction: 'sent' }, (stream.bytesSent * 8) / period);
    if (stream.kind === 'video') {
      metrics.limitedSeconds.inc({ pool, reason: stream.qualityLimitationReason }, seconds);
    }
  }
}

/** Counts how long somebody fared well or badly. */
export function recordVerdict(
  metrics: CallMetrics,
  { pool }: Labelled,
  { audioMos, videoScore, cause }: Verdict,
  seconds: number,
): void {
  if (audioMos === undefined && videoScore === undefined) return;
  metrics.peopleSeconds.inc({ pool, grade: cause ? 'poor' : 'good' }, seconds);
  if (cause) metrics.poorSeconds.inc({ pool, cause }, seconds);
}

/** Counts how a join went. */
export function recordJoin(metrics: CallMetrics, { pool }: Labelled, report: JoinReport): void {
  const { connected, answered, mediaConnected, firstFrame } = report;
  const phase = (name: string, from: number, to: number) =>
    observe(metrics.joinPhase, { pool, phase: name }, (to - from) / 1000);
  phase('connect', 0, connected);
  phase('answer', connected, answered);
  if (mediaConnected !== undefined) phase('transport', answered, mediaConnected);
  if (firstFrame !== undefined) {
    phase('first_frame', mediaConnected ?? answered, firstFrame);
    observe(metrics.firstFrame, { pool }, firstFrame / 1000);
  }
  observe(metrics.join, { pool }, (mediaConnected ?? answered) / 1000);
}

function recordPath(metrics: CallMetrics, pool: string, path: MediaPathReport, seconds: number): void {
  const { candidateType, currentRoundTripTime, availableOutgoingBitrate } = path;
  metrics.pathSeconds.inc({ pool, candidate_type: candidateType, protocol: protocolOf(path) }, seconds);
  if (currentRoundTripTime !== undefined) observe(metrics.roundTrip, { pool }, currentRoundTripTime);
  if (availableOutgoingBitrate !== undefined && path.direction === 'send') {
    observe(metrics.availableBitrate, { pool }, availableOutgoingBitrate);
  }
}

function protocolOf({ candidateType, protocol, relayProtocol }: MediaPathReport): string {
  return candidateType === 'relay' ? `relay_${relayProtocol ?? protocol}` : protocol;
}
