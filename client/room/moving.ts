import type { MediaGeneration, Participant, Producer, ProducerId, RoomSnapshot } from '@parley/protocol';

/** The generations of a room's media: the current one and, while the room moves, the one that it leaves. */
export type Generations = Pick<RoomSnapshot, 'generation' | 'former'>;

/** Whether something of a producer came through yet, so that it can be shown. */
export type HasArrived = (producer: Producer) => boolean;

/** The producers of others that belong to one generation. */
export function producersOf(
  participants: readonly Participant[],
  room: Generations,
  generation: MediaGeneration | undefined,
): Set<ProducerId> {
  const ids = participants.flatMap(({ producers }) =>
    producers.filter(producer => generationOf(producer, room) === generation).map(({ id }) => id),
  );
  return new Set(ids);
}

/** What to show of each participant while the room moves: of each source the current producer, once it has arrived. */
export function shownOf(
  participants: readonly Participant[],
  room: Generations,
  hasArrived: HasArrived,
): readonly Participant[] {
  if (room.former === undefined) return participants;
  return participants.map(participant => ({
    ...participant,
    producers: participant.producers.filter(producer => {
      const other = counterpart(participant, producer);
      if (!other) return true;
      const isCurrent = generationOf(producer, room) === room.generation;
      return isCurrent ? hasArrived(producer) : !hasArrived(other);
    }),
  }));
}

/** Whether nothing of the former media is shown any more. */
export function hasMoved(
  participants: readonly Participant[],
  room: Generations,
  hasArrived: HasArrived,
): boolean {
  return shownOf(participants, room, hasArrived).every(({ producers }) =>
    producers.every(producer => generationOf(producer, room) === room.generation),
  );
}

function generationOf(producer: Producer, room: Generations): MediaGeneration {
  return producer.generation ?? room.generation;
}

/** The same source in the other generation. */
function counterpart({ producers }: Participant, { id, source }: Producer): Producer | undefined {
  return producers.find(other => other.source === source && other.id !== id);
}
