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
import { activeTrace, exemplarOf } from '@parley/telemetry';
import type { CallMetrics } from './metrics.ts';

/** What observations of one report are labelled with. */
export interface Labelled {
  pool: string;
}

/** The trace of what is being answered, if that is recorded. */
type Exemplar = ReturnType<typeof exemplarOf>;

/** Counts what one report says; `seconds` of it count as time, where the client's clock is not to be trusted. */
export function recordQuality(
  metrics: CallMetrics,
  { pool }: Labelled,
  report: QualityReport,
  seconds: number,
): void {
  const exemplar = exemplarOf(activeTrace());
  for (const path of report.paths) recordPath(metrics, pool, path, seconds, exemplar);
  recordReceived(metrics, pool, report, exemplar);
  recordPictures(metrics, pool, report, seconds, exemplar);
  recordSent(metrics, pool, report, seconds, exemplar);
}

function recordReceived(metrics: CallMetrics, pool: string, report: QualityReport, exemplar: Exemplar): void {
  const period = report.periodMs / 1000;
  const roundTrip = roundTripOf(report);
  const of = (kind: 'audio' | 'video') => ({
    jitter: metrics.jitter.series({ pool, kind }),
    loss: metrics.loss.series({ pool, kind }),
    bitrate: metrics.bitrate.series({ pool, kind, direction: 'received' }),
  });
  const series = { audio: of('audio'), video: of('video') };
  const concealed = metrics.concealed.series({ pool });
  const audioMos = metrics.audioMos.series({ pool });
  for (const stream of report.received) {
    const { jitter, loss, bitrate } = series[stream.kind];
    jitter.observe(stream.jitter, exemplar);
    loss.observe(lossOf(stream), exemplar);
    bitrate.observe((stream.bytesReceived * 8) / period, exemplar);
    if (stream.kind !== 'audio') continue;
    const mos = soundScore(stream, roundTrip);
    if (mos === undefined) continue;
    concealed.observe(concealedOf(stream), exemplar);
    audioMos.observe(mos, exemplar);
  }
}

function recordPictures(
  metrics: CallMetrics,
  pool: string,
  { periodMs, received }: QualityReport,
  seconds: number,
  exemplar: Exemplar,
): void {
  const frameHeight = metrics.frameHeight.series({ pool });
  const videoScore = metrics.videoScore.series({ pool });
  const framesPerSecond = metrics.framesPerSecond.series({ pool });
  const freeze = metrics.freeze.series({ pool });
  let cameras = 0;
  let freezes = 0;
  let frozenSeconds = 0;
  for (const stream of received) {
    if (stream.kind !== 'video') continue;
    frameHeight.observe(stream.frameHeight, exemplar);
    videoScore.observe(pictureScore(stream, periodMs), exemplar);
    // A screen that does not change has hardly any frames, and looks frozen to a browser.
    if (stream.source === 'screen') continue;
    const frozen = frozenOf(stream, periodMs);
    framesPerSecond.observe(stream.framesPerSecond, exemplar);
    freeze.observe(frozen, exemplar);
    cameras += 1;
    freezes += stream.freezeCount;
    frozenSeconds += frozen * seconds;
  }
  if (cameras === 0) return;
  metrics.freezes.inc({ pool }, freezes);
  metrics.frozenSeconds.inc({ pool }, frozenSeconds);
  metrics.watchedSeconds.inc({ pool }, cameras * seconds);
}

function recordSent(
  metrics: CallMetrics,
  pool: string,
  { periodMs, sent }: QualityReport,
  seconds: number,
  exemplar: Exemplar,
): void {
  for (const stream of sent) {
    const { kind } = stream;
    const bitrate = metrics.bitrate.series({ pool, kind, direction: 'sent' });
    bitrate.observe((stream.bytesSent * 8_000) / periodMs, exemplar);
    if (kind === 'video') {
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
  const { agoMs, connected, answered, mediaWanted, mediaConnected, firstFrame } = report;
  // Nobody waits for media that neither they nor others send yet.
  const idle = (mediaWanted ?? answered) - answered;
  const reached = mediaConnected ?? (mediaWanted === undefined ? answered : agoMs);
  const exemplar = exemplarOf(activeTrace());
  const phase = (name: string, from: number, to: number) =>
    metrics.joinPhase.series({ pool, phase: name }).observe((to - from) / 1000, exemplar);
  phase('connect', 0, connected);
  phase('answer', connected, answered);
  if (mediaConnected !== undefined) phase('transport', answered + idle, mediaConnected);
  if (firstFrame !== undefined) {
    phase('first_frame', mediaConnected ?? answered, firstFrame);
    metrics.firstFrame.series({ pool }).observe(firstFrame / 1000, exemplar);
  }
  metrics.join.series({ pool }).observe((reached - idle) / 1000, exemplar);
}

function recordPath(
  metrics: CallMetrics,
  pool: string,
  path: MediaPathReport,
  seconds: number,
  exemplar: Exemplar,
): void {
  const { candidateType, via = 'sfu', currentRoundTripTime, availableOutgoingBitrate } = path;
  const protocol = protocolOf(path);
  metrics.pathSeconds.inc({ pool, candidate_type: candidateType, protocol, via }, seconds);
  if (currentRoundTripTime !== undefined) {
    metrics.roundTrip.series({ pool }).observe(currentRoundTripTime, exemplar);
  }
  if (availableOutgoingBitrate !== undefined && path.direction === 'send') {
    metrics.availableBitrate.series({ pool }).observe(availableOutgoingBitrate, exemplar);
  }
}

function protocolOf({ candidateType, protocol, relayProtocol }: MediaPathReport): string {
  return candidateType === 'relay' ? `relay_${relayProtocol ?? protocol}` : protocol;
}
