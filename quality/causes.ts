import type { QualityReport } from '@parley/protocol';
import { lossOf, type PictureReport, pictureScore, roundTripOf, soundScore } from './assessment.ts';

/** What makes a call bad for somebody, as far as their own report shows. */
export const causes = ['network', 'relay', 'device', 'unknown'] as const;
export type Cause = (typeof causes)[number];

/** How a participant fares. */
export interface Verdict {
  /** Mean score of what they hear, and of what they see, from 1 to 5; undefined where they hear or see nothing. */
  audioMos: number | undefined;
  videoScore: number | undefined;
  /** Undefined while they fare well. */
  cause: Cause | undefined;
}

/** Below these somebody fares badly. 3.5 is where ITU-T G.109 has many users dissatisfied (R of about 68). */
export const poorBelow = { audioMos: 3.5, videoScore: 3 } as const;

/** From where on a line is bad: share of packets, seconds, bit/s. */
const badLine = { loss: 0.02, roundTrip: 0.4, bandwidth: 100_000 };
/** A device that leaves out so many of the frames that arrived does not keep up. */
const badDevice = { dropped: 0.2 };

/** Says how somebody fares by one report, and if badly, why. */
export function judge(report: QualityReport): Verdict {
  const { periodMs, received } = report;
  const roundTrip = roundTripOf(report);
  const audioMos = mean(
    received.flatMap(one => (one.kind === 'audio' ? (soundScore(one, roundTrip) ?? []) : [])),
  );
  const videoScore = mean(received.flatMap(one => (one.kind === 'video' ? pictureScore(one, periodMs) : [])));
  const poor = isBelow(audioMos, poorBelow.audioMos) || isBelow(videoScore, poorBelow.videoScore);
  return { audioMos, videoScore, cause: poor ? causeOf(report) : undefined };
}

function causeOf(report: QualityReport): Cause {
  const bad = isLineBad(report);
  if (report.paths.some(({ candidateType }) => candidateType === 'relay')) {
    return !bad && isDeviceBad(report) ? 'device' : 'relay';
  }
  if (bad) return 'network';
  return isDeviceBad(report) ? 'device' : 'unknown';
}

/**
 * Whether it is one's own line: what one sends suffers too, or everything that several people send. What suffers of a single stream may have
 * been lost on the way of its sender.
 */
function isLineBad(report: QualityReport): boolean {
  const { paths, received, sent } = report;
  if (roundTripOf(report) > badLine.roundTrip) return true;
  if (sent.some(one => one.kind === 'video' && one.qualityLimitationReason === 'bandwidth')) return true;
  if (paths.some(({ availableOutgoingBitrate: bits }) => bits !== undefined && bits < badLine.bandwidth)) {
    return true;
  }
  const told = sent.filter(one => one.packetsLost !== undefined);
  const lost = told.reduce((sum, one) => sum + Math.max(0, one.packetsLost ?? 0), 0);
  const all = told.reduce((sum, one) => sum + one.packetsSent, 0);
  if (all > 0 && lost / all > badLine.loss) return true;
  const isBad = (one: QualityReport['received'][number]) => isStarved(one) || lossOf(one) > badLine.loss;
  // Sound and picture may be of one sender, two of a kind are of several.
  const alike = (['audio', 'video'] as const).map(kind => received.filter(one => one.kind === kind));
  return alike.some(streams => streams.length > 1) && received.every(isBad);
}

/** Nothing of it came at all. */
const isStarved = ({ packetsReceived }: QualityReport['received'][number]) => packetsReceived === 0;

function isDeviceBad({ received, sent }: QualityReport): boolean {
  const pictures = received.filter((one): one is PictureReport => one.kind === 'video');
  const dropped = pictures.reduce((sum, one) => sum + one.framesDropped, 0);
  const frames = pictures.reduce((sum, one) => sum + one.framesDecoded, dropped);
  if (frames > 0 && dropped / frames > badDevice.dropped) return true;
  return sent.some(one => one.kind === 'video' && one.qualityLimitationReason === 'cpu');
}

function mean(all: number[]): number | undefined {
  return all.length === 0 ? undefined : all.reduce((sum, one) => sum + one, 0) / all.length;
}

const isBelow = (value: number | undefined, least: number) => value !== undefined && value < least;
