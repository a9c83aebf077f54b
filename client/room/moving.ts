import type { MediaGeneration, Participant, Producer, ProducerId, RoomSnapshot } from '@parley/protocol';

/** The generations of a room's media: the current ones, on its main SFU and on further ones, and, while it moves, the one that it leaves. */
export type Generations = Pick<RoomSnapshot, 'generation' | 'branches' | 'former'>;

/** Whether something of a producer came through yet, so that it can be shown. */
export type HasArrived = (producer: Producer) => boolean;

/** Whether this media of the room stays. */
export function isCurrent({ generation, branches = [] }: Generations, media: MediaGeneration): boolean {
  return media === generation || branches.includes(media);
}

/** The producers of others: those of the room's current media, and those of what it leaves. */
export function producersOf(
  participants: readonly Participant[],
  room: Generations,
): { current: Set<ProducerId>; former: Set<ProducerId> } {
  const producers = participants.flatMap(participant => participant.producers);
  const idsOf = (belongs: (media: MediaGeneration) => boolean) =>
    new Set(producers.filter(producer => belongs(generationOf(producer, room))).map(({ id }) => id));
  return {
    current: idsOf(media => isCurrent(room, media)),
    former: idsOf(media => media === room.former),
  };
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
      return isFormer(producer, room) ? !hasArrived(other) : hasArrived(producer);
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
    producers.every(producer => !isFormer(producer, room)),
  );
}

/** Whether it belongs to the media that the room leaves. */
export function isFormer(producer: Producer, room: Generations): boolean {
  return generationOf(producer, room) === room.former;
}

function generationOf(producer: Producer, room: Generations): MediaGeneration {
  return producer.generation ?? room.generation;
}

/** The same source in other media. */
function counterpart({ producers }: Participant, { id, source }: Producer): Producer | undefined {
  return producers.find(other => other.source === source && other.id !== id);
}
