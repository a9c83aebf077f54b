/** Reports for tests. */
import type { JoinReport, QualityReport } from '@parley/protocol';
import { camera, picture, sound } from '@parley/quality/test';

export const goodReport: QualityReport = {
  periodMs: 10_000,
  paths: [
    { direction: 'send', candidateType: 'host', protocol: 'udp', availableOutgoingBitrate: 2e6 },
    { direction: 'receive', candidateType: 'host', protocol: 'udp', currentRoundTripTime: 0.02 },
  ],
  received: [sound, picture],
  sent: [camera],
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
