import type { ParticipantId, RoomSnapshot } from '@parley/protocol';

/** Two whose media may go directly between them, as one of them sees it. */
export interface Pair {
  other: ParticipantId;
  /** Whether it is oneself who makes the link: who came later does. */
  begins: boolean;
}

/**
 * The other, if one is alone with them and both may be reached directly. Who has to be connected to begin with: `known`, with whom there is a
 * link already, may lose the connection to signaling for a while.
 */
export function pairOf(
  room: Pick<RoomSnapshot, 'participants'> | undefined,
  self: ParticipantId | undefined,
  known: ParticipantId | undefined,
): Pair | undefined {
  const [first, second, ...more] = room?.participants ?? [];
  if (!first?.direct || !second?.direct || more.length > 0) return undefined;
  if (self !== first.id && self !== second.id) return undefined;
  const other = self === first.id ? second : first;
  if (!other.connected && other.id !== known) return undefined;
  return { other: other.id, begins: self === second.id };
}
