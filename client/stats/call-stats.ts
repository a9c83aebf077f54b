import type { ProducerId } from '@parley/protocol';
import type { Link } from '../media/link.ts';
import type { Owner } from '../room/lookups.ts';
import type { CallStats } from '../types.ts';
import { readPath, readReceived, readSent } from './report.ts';

/** Reads the figures of a call's transports. */
export async function readCallStats(of: {
  /** What is received over each link. */
  sides: { link: Pick<Link, 'stats'> | undefined; received: { producerId: ProducerId; mid: string }[] }[];
  owners: ReadonlyMap<ProducerId, Owner>;
  joinMs: CallStats['joinMs'];
}): Promise<CallStats> {
  const stats: CallStats = { at: performance.now(), received: [], sent: [], joinMs: of.joinMs, paths: [] };
  const reports = of.sides.flatMap(({ link, received }) =>
    (link?.stats() ?? []).map(one => ({ ...one, received })),
  );
  for (const { direction, report, received } of reports) {
    let read: RTCStatsReport;
    try {
      read = await report;
    } catch {
      continue; // Closed meanwhile: the next look sees the next one.
    }
    const path = readPath(direction, read);
    if (path) stats.paths.push(path);
    if (direction === 'send') {
      stats.sent.push(...readSent(read));
      continue;
    }
    const figures = readReceived(read);
    for (const { producerId, mid } of received) {
      const [owner, stream] = [of.owners.get(producerId), figures.get(mid)];
      if (owner && stream) stats.received.push({ ...owner, ...stream });
    }
  }
  return stats;
}
