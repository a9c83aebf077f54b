/** What ten seconds of a good call look like, for tests. */
import type { SentStreamReport } from '@parley/protocol';
import type { PictureReport, Sound } from './assessment.ts';

export const sound: Sound = {
  kind: 'audio',
  packetsReceived: 500,
  packetsLost: 0,
  bytesReceived: 50_000,
  jitter: 0.003,
  totalSamplesReceived: 480_000,
  concealedSamples: 0,
  silentConcealedSamples: 0,
};

export const picture: PictureReport = {
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
};

export const camera: Extract<SentStreamReport, { kind: 'video' }> = {
  kind: 'video',
  packetsSent: 1000,
  bytesSent: 1e6,
  framesPerSecond: 30,
  frameWidth: 1280,
  frameHeight: 720,
  qualityLimitationReason: 'none',
};
