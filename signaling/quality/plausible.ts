import type { JoinReport, QualityReport } from '@parley/protocol';

/** No stream of a call has more, in bit/s. */
const mostBitrate = 1e9;
/** No picture has more frames a second. */
const mostFrameRate = 500;

/** A freeze takes longer than this, in s (webrtc-stats, `freezeCount`). */
const shortestFreeze = 0.15;

/** Whether what was measured can be so: each figure is in its bounds by the schema, but they have to agree with each other, too. */
export function isPlausible({ periodMs, received, sent }: QualityReport): boolean {
  const seconds = periodMs / 1000;
  const canFlow = (bytes: number) => (bytes * 8) / seconds <= mostBitrate;
  return (
    sent.every(one => canFlow(one.bytesSent)) &&
    received.every(one => {
      if (!canFlow(one.bytesReceived)) return false;
      if (one.kind === 'audio') {
        const {
          silentConcealedSamples: silent,
          concealedSamples: concealed,
          totalSamplesReceived: all,
        } = one;
        return silent <= concealed && concealed <= all;
      }
      if (one.freezeCount > (seconds + 1) / shortestFreeze) return false;
      return one.framesDecoded + one.framesDropped <= (seconds + 1) * mostFrameRate;
    })
  );
}

/** Whether the instants of a join come one after the other, and before now. */
export function isInOrder(report: JoinReport): boolean {
  const { connected, answered, mediaWanted, mediaConnected, firstFrame, agoMs } = report;
  const instants = [connected, answered, mediaWanted, mediaConnected, firstFrame, agoMs].filter(
    at => at !== undefined,
  );
  return instants.every((at, i) => i === 0 || (instants[i - 1] ?? 0) <= at);
}
