import type { QualityReport } from '@parley/protocol';

const others = 9;

/** What somebody reports of a good meeting of ten who all send a camera. */
export function reportOfMeeting(periodMs: number): QualityReport {
  const seconds = periodMs / 1_000;
  const packets = { packetsLost: 0, jitter: 0.004 };
  const heard = {
    kind: 'audio',
    ...packets,
    packetsReceived: 50 * seconds,
    bytesReceived: 4_000 * seconds,
    totalSamplesReceived: 48_000 * seconds,
    concealedSamples: 120,
    concealmentEvents: 2,
    silentConcealedSamples: 0,
    jitterBufferDelay: 0.045,
  } as const;
  const seen = {
    kind: 'video',
    source: 'camera',
    ...packets,
    packetsReceived: 60 * seconds,
    bytesReceived: 60_000 * seconds,
    framesDecoded: 30 * seconds,
    framesDropped: 0,
    framesPerSecond: 30,
    frameWidth: 640,
    frameHeight: 360,
    freezeCount: 0,
    totalFreezesDuration: 0,
    shownPixels: 640 * 360,
  } as const;
  const layer = {
    kind: 'video',
    packetsSent: 60 * seconds,
    bytesSent: 60_000 * seconds,
    framesPerSecond: 30,
    frameWidth: 640,
    frameHeight: 360,
    qualityLimitationReason: 'none',
  } as const;
  const path = { candidateType: 'host', protocol: 'udp', currentRoundTripTime: 0.031 } as const;
  return {
    periodMs,
    paths: [
      { direction: 'send', ...path, availableOutgoingBitrate: 2_500_000 },
      { direction: 'receive', ...path },
    ],
    received: Array.from({ length: others }, () => [heard, seen]).flat(),
    sent: [{ kind: 'audio', packetsSent: 50 * seconds, bytesSent: 4_000 * seconds }, layer, layer, layer],
  };
}
