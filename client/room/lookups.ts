import type { MediaSource, Participant, ParticipantId, ProducerId, RoomSnapshot } from '@parley/protocol';

/** Who sends something, and as what. */
export interface Owner {
  participantId: ParticipantId;
  source: MediaSource;
}

export function findParticipant(
  room: RoomSnapshot | undefined,
  id: ParticipantId | undefined,
): Participant | undefined {
  return room?.participants.find(participant => participant.id === id);
}

/** Everything that others send. */
export function producersOfOthers(
  room: RoomSnapshot | undefined,
  self: ParticipantId | undefined,
): Set<ProducerId> {
  const others = room?.participants.filter(({ id }) => id !== self) ?? [];
  return new Set(others.flatMap(({ producers }) => producers.map(({ id }) => id)));
}

/** Whose each producer is. */
export function ownersOf(room: RoomSnapshot | undefined): Map<ProducerId, Owner> {
  return new Map(
    (room?.participants ?? []).flatMap(({ id: participantId, producers }) =>
      producers.map(({ id, source }) => [id, { participantId, source }] as const),
    ),
  );
}
