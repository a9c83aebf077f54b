import type { CallSnapshot, QualitySnapshot } from '@parley/client';
import type { ParticipantId } from '@parley/protocol';
import type { Figures } from './figures.ts';

/**
 * What somebody copies into a report of a fault: how media travels and fares. It names nobody and nothing: no room, names, ids, addresses or tokens.
 */
export function bugReport(
  snapshot: Pick<CallSnapshot, 'state' | 'participants' | 'self' | 'mediaPath'>,
  quality: QualitySnapshot,
  { stats, received, sent }: Figures,
  browser: string,
): string {
  const person = (id: ParticipantId) => `person ${snapshot.participants.findIndex(one => one.id === id) + 1}`;
  const report = {
    browser,
    state: snapshot.state.status,
    people: snapshot.participants.length + 1,
    role: snapshot.self?.role,
    mediaPath: snapshot.mediaPath,
    paths: stats.paths,
    joinMs: stats.joinMs,
    quality: {
      own: quality.own,
      relayed: quality.relayed,
      reduced: quality.reduced,
      others: [...quality.participants].map(([id, of]) => ({ person: person(id), ...of })),
    },
    sent: sent.map(({ of, bitrate, loss }) => ({ ...of, bitrate: Math.round(bitrate), loss })),
    received: received.map(({ of: { participantId, ...of }, bitrate, loss }) => ({
      person: person(participantId),
      ...of,
      bitrate: Math.round(bitrate),
      loss,
    })),
  };
  return JSON.stringify(report, undefined, 2);
}
