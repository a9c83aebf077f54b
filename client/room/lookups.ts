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

/** Whose each producer is. */
export function ownersOf(participants: readonly Participant[]): Map<ProducerId, Owner> {
  return new Map(
    participants.flatMap(({ id: participantId, producers }) =>
      producers.map(({ id, source }) => [id, { participantId, source }] as const),
    ),
  );
}
