import type { types } from 'mediasoup';

/** What is counted of a stream. */
export const streamCounts = ['packets', 'bytes', 'lost', 'retransmitted', 'nacks', 'plis', 'firs'] as const;
export type StreamCount = (typeof streamCounts)[number];
export type StreamFigures = Readonly<Record<StreamCount, number>>;

/** What mediasoup says of an RTP stream, as far as it is counted. */
export type StreamStats = Pick<
  types.ConsumerStat | types.ProducerStat,
  'packetCount' | 'byteCount' | 'packetsLost' | 'packetsRetransmitted' | 'nackCount' | 'pliCount' | 'firCount'
>;

export const noFigures: StreamFigures = {
  packets: 0,
  bytes: 0,
  lost: 0,
  retransmitted: 0,
  nacks: 0,
  plis: 0,
  firs: 0,
};

/**
 * What a stream has had in all. What is lost of a sent stream is said by who receives it: no more than were sent are believed, and less
 * than none (packets that came twice, RFC 3550 section 6.4.1) is none.
 */
export function figuresOf(stats: StreamStats, isSent: boolean): StreamFigures {
  const lost = Math.max(0, stats.packetsLost);
  return {
    packets: stats.packetCount,
    bytes: stats.byteCount,
    lost: isSent ? Math.min(lost, stats.packetCount) : lost,
    retransmitted: stats.packetsRetransmitted,
    nacks: stats.nackCount,
    plis: stats.pliCount,
    firs: stats.firCount,
  };
}

/**
 * How much came since `before`, and what is counted now. Nothing is taken back: of packets that came late after all, mediasoup says no
 * longer that they are lost, and no further one counts until there are more than there ever were.
 */
export function growth(
  before: StreamFigures,
  now: StreamFigures,
): { grown: StreamFigures; counted: StreamFigures } {
  const grown: Record<StreamCount, number> = { ...noFigures };
  const counted: Record<StreamCount, number> = { ...noFigures };
  for (const count of streamCounts) {
    counted[count] = Math.max(before[count], now[count]);
    grown[count] = counted[count] - before[count];
  }
  return { grown, counted };
}
