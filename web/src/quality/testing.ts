/** Statistics of a call, for tests. */
import type { CallStats, ReceivedStats, SentStats } from '@parley/client';
import type { ParticipantId } from '@parley/protocol';

export function stats(more: Partial<CallStats> = {}): CallStats {
  return {
    at: 0,
    received: [],
    sent: [],
    paths: [],
    joinMs: {
      connected: undefined,
      answered: undefined,
      mediaWanted: undefined,
      mediaConnected: undefined,
      firstFrame: undefined,
    },
    ...more,
  };
}

export function received(participantId: ParticipantId, more: Partial<ReceivedStats> = {}): ReceivedStats {
  return {
    participantId,
    source: 'camera',
    framesDecoded: 0,
    framesDropped: 0,
    framesPerSecond: 25,
    totalAudioEnergy: 0,
    packetsReceived: 0,
    packetsLost: 0,
    bytesReceived: 0,
    jitter: 0,
    frameWidth: 640,
    frameHeight: 360,
    codec: 'VP8',
    ...more,
  };
}

export function sent(more: Partial<SentStats> = {}): SentStats {
  return {
    kind: 'video',
    packetsSent: 0,
    packetsLost: 0,
    bytesSent: 0,
    frameWidth: 640,
    frameHeight: 360,
    framesPerSecond: 25,
    codec: 'VP8',
    qualityLimitationReason: 'none',
    ...more,
  };
}
