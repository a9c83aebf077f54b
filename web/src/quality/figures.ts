import type { CallStats, ReceivedStats, SentStats } from '@parley/client';

/** What a stream did between two looks. */
export interface Flow {
  /** In bit/s. */
  bitrate: number;
  /** Share of its packets that were lost, from 0 to 1; undefined where nobody says. */
  loss: number | undefined;
}

export interface ReceivedFigures extends Flow {
  of: ReceivedStats;
}

export interface SentFigures extends Flow {
  of: SentStats;
  /** Which of all it is. */
  place: number;
}

/** What came between two looks at a call. */
export interface Figures {
  stats: CallStats;
  received: ReceivedFigures[];
  sent: SentFigures[];
}

/** Streams that were not there before count from the next look on. */
export function figuresOf(before: CallStats, stats: CallStats): Figures {
  const seconds = Math.max(0.001, (stats.at - before.at) / 1_000);
  const received = stats.received.flatMap(of => {
    const then = before.received.find(
      one => one.participantId === of.participantId && one.source === of.source,
    );
    if (!then || of.bytesReceived < then.bytesReceived) return [];
    const packets = of.packetsReceived - then.packetsReceived;
    const bitrate = ((of.bytesReceived - then.bytesReceived) * 8) / seconds;
    return { of, bitrate, loss: lossOf(of.packetsLost - then.packetsLost, packets) };
  });
  const sent = stats.sent.flatMap((of, place) => {
    // Streams of a transport keep their places; a new one comes last.
    const then = before.sent[place];
    if (!then || then.kind !== of.kind || of.bytesSent < then.bytesSent) return [];
    const bytes = of.bytesSent - then.bytesSent;
    if (bytes === 0) return [];
    const lost =
      of.packetsLost === undefined || then.packetsLost === undefined
        ? undefined
        : Math.min(of.packetsLost - then.packetsLost, of.packetsSent - then.packetsSent);
    const packets = of.packetsSent - then.packetsSent - (lost ?? 0);
    const loss = lost === undefined ? undefined : lossOf(lost, packets);
    return { of, place, bitrate: (bytes * 8) / seconds, loss };
  });
  return { stats, received, sent };
}

/** Packets that come twice count as lost less than none. */
function lossOf(lost: number, arrived: number): number {
  const missing = Math.max(0, lost);
  const all = missing + Math.max(0, arrived);
  return all === 0 ? 0 : missing / all;
}
