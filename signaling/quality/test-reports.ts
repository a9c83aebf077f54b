/** Reports for tests. */
import type { JoinReport, QualityReport } from '@parley/protocol';

export const goodReport: QualityReport = {
  periodMs: 10_000,
  paths: [
    { direction: 'send', candidateType: 'host', protocol: 'udp', availableOutgoingBitrate: 2e6 },
    { direction: 'receive', candidateType: 'host', protocol: 'udp', currentRoundTripTime: 0.02 },
  ],
  received: [
    {
      kind: 'audio',
      packetsReceived: 500,
      packetsLost: 0,
      bytesReceived: 50_000,
      jitter: 0.003,
      totalSamplesReceived: 480_000,
      concealedSamples: 0,
      silentConcealedSamples: 0,
    },
    {
      kind: 'video',
      source: 'camera',
      packetsReceived: 1000,
      packetsLost: 0,
      bytesReceived: 1e6,
      jitter: 0.003,
      framesDecoded: 300,
      framesDropped: 0,
      framesPerSecond: 30,
      frameWidth: 1280,
      frameHeight: 720,
      freezeCount: 0,
      totalFreezesDuration: 0,
    },
  ],
  sent: [
    {
      kind: 'video',
      packetsSent: 1000,
      bytesSent: 1e6,
      framesPerSecond: 30,
      frameWidth: 1280,
      frameHeight: 720,
      qualityLimitationReason: 'none',
    },
  ],
};

/** Of somebody whose line loses a tenth in both directions. */
export const choppyReport: QualityReport = {
  ...goodReport,
  received: goodReport.received.map(one =>
    one.kind === 'audio'
      ? { ...one, packetsReceived: 450, packetsLost: 50, concealedSamples: 60_000 }
      : { ...one, packetsReceived: 900, packetsLost: 100, freezeCount: 5, totalFreezesDuration: 4 },
  ),
  sent: goodReport.sent.map(one => ({ ...one, packetsLost: 100 })),
};

export const joinReport: JoinReport = {
  agoMs: 2_000,
  connected: 100,
  answered: 300,
  mediaConnected: 600,
  firstFrame: 900,
};
