import type { QualityReport, ReceivedStreamReport } from '@parley/protocol';
import { opus, ratingOf, scoreOf } from './e-model.ts';
import { videoScore } from './video-score.ts';

export type Sound = Extract<ReceivedStreamReport, { kind: 'audio' }>;
export type PictureReport = Extract<ReceivedStreamReport, { kind: 'video' }>;

/** Opus's usual packet of 20 ms at 48 kHz, in samples, and with what its encoder looks ahead (RFC 6716, 2.1.4), in ms. */
const [packetSamples, codecMs] = [960, 26.5];

/** Less sound than this, in samples, says nothing: half a second at 48 kHz. */
const leastSamples = 24_000;

/** Share of the packets of a stream that were lost, from 0 to 1; 0 where none were expected. */
export function lossOf({
  packetsLost,
  packetsReceived,
}: Pick<Sound, 'packetsLost' | 'packetsReceived'>): number {
  const lost = Math.max(0, packetsLost);
  return share(lost, lost + packetsReceived);
}

/** Share of what was to be heard that was made up, from 0 to 1: what retransmission and error correction did not bring in time. */
export function concealedOf(sound: Sound): number {
  return share(sound.concealedSamples - sound.silentConcealedSamples, audible(sound));
}

/** Share of the time of the report that a picture stood still, from 0 to 1. */
export function frozenOf({ totalFreezesDuration }: PictureReport, periodMs: number): number {
  return share(totalFreezesDuration * 1000, periodMs);
}

/**
 * The mean opinion score of a received sound; undefined where too little was to be heard.
 *
 * From mouth to ear it takes as long as a round trip between client and SFU, as the other's half of the way is taken to be like one's own,
 * besides what codec and jitter buffer take.
 */
export function soundScore(sound: Sound, roundTripS: number): number | undefined {
  if (audible(sound) < leastSamples) return undefined;
  const loss = concealedOf(sound);
  const delayMs = roundTripS * 1000 + (sound.jitterBufferDelay ?? 0) * 1000 + codecMs;
  return scoreOf(ratingOf({ delayMs, loss, burstRatio: burstRatioOf(sound, loss) }, opus));
}

/** The score of a received picture from 1 to 5; see `videoScore`. */
export function pictureScore(picture: PictureReport, periodMs: number): number {
  return videoScore({
    framesPerSecond: picture.framesPerSecond,
    frozen: frozenOf(picture, periodMs),
    freezesPerMinute: (picture.freezeCount * 60_000) / periodMs,
    pixels: picture.frameWidth * picture.frameHeight,
    shownPixels: picture.shownPixels,
    loss: lossOf(picture),
    still: picture.source === 'screen',
  });
}

/** The worst of a report's round trips to SFUs, in seconds; 0 where it has none. */
export function roundTripOf({ paths }: Pick<QualityReport, 'paths'>): number {
  return Math.max(0, ...paths.map(path => path.currentRoundTripTime ?? 0));
}

/** Mean length of what was made up in one piece, against what it would be if each packet was lost by chance. */
function burstRatioOf({ concealedSamples, concealmentEvents }: Sound, loss: number): number {
  if (!concealmentEvents) return 1;
  return Math.max(1, (concealedSamples / concealmentEvents / packetSamples) * (1 - loss));
}

function audible({ totalSamplesReceived, silentConcealedSamples }: Sound): number {
  return Math.max(0, totalSamplesReceived - silentConcealedSamples);
}

function share(part: number, whole: number): number {
  return whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0;
}
