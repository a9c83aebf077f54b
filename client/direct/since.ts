import type { Arriving } from '../media/arrivals.ts';

/** What can be asked for webrtc-stats of one stream. */
export interface Stream {
  kind: string;
  isClosed(): boolean;
  getStats(): Promise<RTCStatsReport>;
}

/** The stream as if it began now: what came before does not count as having arrived. */
export function sinceNow({ kind, isClosed, getStats }: Stream): Arriving {
  const first = getStats().then(countsOf, () => nothing);
  return {
    kind: kind === 'audio' ? 'audio' : 'video',
    get closed() {
      return isClosed();
    },
    async getStats() {
      const before = await first;
      const report = await getStats();
      return new Map([...report].map(([id, stats]) => [id, lessened(stats, before)]));
    },
  };
}

interface Counts {
  framesDecoded: number;
  packetsReceived: number;
}

const nothing: Counts = { framesDecoded: 0, packetsReceived: 0 };

function countsOf(report: RTCStatsReport): Counts {
  for (const stats of report.values()) {
    if (stats.type !== 'inbound-rtp') continue;
    return { framesDecoded: stats.framesDecoded ?? 0, packetsReceived: stats.packetsReceived ?? 0 };
  }
  return nothing;
}

function lessened(stats: Counts & { type: string }, before: Counts): object {
  if (stats.type !== 'inbound-rtp') return stats;
  return {
    ...stats,
    framesDecoded: (stats.framesDecoded ?? 0) - before.framesDecoded,
    packetsReceived: (stats.packetsReceived ?? 0) - before.packetsReceived,
  };
}
