import type { ParticipantId } from '@parley/protocol';
import { entriesOf } from '../stats/report.ts';

/** An audio level of webrtc-stats or of RTP, from 0 to 1, in dBov (RFC 6464). */
export function decibels(level: number): number {
  return level > 0 ? 20 * Math.log10(level) : Number.NEGATIVE_INFINITY;
}

/** How loud the two of a direct link are, in dBov; who is silent is left out. */
export function volumesOf(
  own: { id: ParticipantId; track: MediaStreamTrack | undefined },
  other: { id: ParticipantId; receiver: RTCRtpReceiver | undefined },
  report: RTCStatsReport,
): Map<ParticipantId, number> {
  const levels = new Map<ParticipantId, number>();
  const source = entriesOf(report).find(
    entry => entry.type === 'media-source' && entry.trackIdentifier === own.track?.id,
  );
  if (source?.type === 'media-source' && source.audioLevel) {
    levels.set(own.id, decibels(source.audioLevel));
  }
  // From the packets, so that it does not matter whether the page plays them.
  const heard = other.receiver?.getSynchronizationSources()[0]?.audioLevel;
  if (heard) levels.set(other.id, decibels(heard));
  return levels;
}
