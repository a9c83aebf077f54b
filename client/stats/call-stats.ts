import type { ProducerId } from '@parley/protocol';
import type { Owner } from '../room/lookups.ts';
import type { CallStats } from '../types.ts';
import { readPath, readReceived, readSent } from './report.ts';
import type { Side } from './sample.ts';
import type { StreamLook, Totals } from './totals.ts';

/** Reads the figures of a call's transports. */
export async function readCallStats(of: {
  /** What is received over each link. */
  sides: readonly Side[];
  owners: ReadonlyMap<ProducerId, Owner>;
  totals: Totals;
  joinMs: CallStats['joinMs'];
}): Promise<CallStats> {
  const stats: CallStats = { at: performance.now(), received: [], sent: [], joinMs: of.joinMs, paths: [] };
  const reports = of.sides.flatMap(side => (side.link?.stats() ?? []).map(one => ({ ...one, side })));
  const looks: StreamLook[] = [];
  for (const { direction, report, side } of reports) {
    let read: RTCStatsReport;
    try {
      read = await report;
    } catch {
      continue; // Closed meanwhile: the next look sees the next one.
    }
    const path = readPath(direction, read);
    if (path) stats.paths.push({ ...path, via: side.via ?? 'sfu' });
    if (direction === 'send') {
      stats.sent.push(...readSent(read));
      continue;
    }
    const figures = readReceived(read);
    for (const { producerId, mid } of side.received) {
      const [owner, stream] = [of.owners.get(producerId), figures.get(mid)];
      const live = !side.isElsewhere?.(producerId);
      const name = `${side.link?.generation}/${mid}`;
      if (owner && stream) looks.push({ name, live, stats: { ...owner, ...stream } });
    }
  }
  stats.received = of.totals.take(looks);
  return stats;
}
