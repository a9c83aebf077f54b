import type { ParticipantId } from '@parley/protocol';
import type { Arrival } from './assess.ts';
import type { Reason } from './levels.ts';

/**
 * Why somebody is badly seen or heard, as far as it can be told from here; undefined where it cannot.
 *
 * - theirs: the server says that their own network is bad, and one's own is not, or others arrive well.
 * - yours: one's own is bad.
 * - server: much is lost of several people, though neither their networks nor one's own are bad.
 *
 * @param arrivals of everybody who was received or is named.
 * @param ownIsBad one's own network is.
 */
export function reasonOf(
  id: ParticipantId,
  arrivals: ReadonlyMap<ParticipantId, Arrival>,
  ownIsBad: boolean,
): Reason | undefined {
  const others = [...arrivals].filter(([other]) => other !== id).map(([, arrival]) => arrival);
  const othersAreFine = others.some(({ level, named }) => level === 'good' && named === undefined);
  const arrival = arrivals.get(id);
  if (arrival?.named && (othersAreFine || !ownIsBad)) return 'theirs';
  if (ownIsBad) return 'yours';
  const blameless = others.filter(
    ({ level, lossy, named }) => level !== 'good' && lossy && named === undefined,
  );
  return arrival?.lossy && blameless.length > 0 ? 'server' : undefined;
}
