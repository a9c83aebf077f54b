import type {
  MediaGeneration,
  Participant,
  ParticipantId,
  Producer,
  RoomEvent,
  RoomSnapshot,
} from '@parley/protocol';

export type Applied =
  | { result: 'applied'; snapshot: RoomSnapshot }
  /** The snapshot already holds the change. */
  | { result: 'old' }
  /** A change before this one is missing, or is another than the state holds. */
  | { result: 'gap' };

/** Applies the next change to a room's state. What did not change stays the same object. */
export function applyEvent(snapshot: RoomSnapshot, event: RoomEvent): Applied {
  if (event.seq <= snapshot.seq) return { result: 'old' };
  if (event.seq > snapshot.seq + 1 || event.after !== snapshot.at) return { result: 'gap' };
  const { seq, at } = event;
  return { result: 'applied', snapshot: { ...change(snapshot, event), seq, at } };
}

function change(snapshot: RoomSnapshot, event: RoomEvent): RoomSnapshot {
  switch (event.type) {
    case 'participantJoined':
      return {
        ...snapshot,
        participants: [...without(snapshot.participants, event.participant.id), event.participant],
      };
    case 'participantLeft':
      return { ...snapshot, participants: without(snapshot.participants, event.participantId) };
    case 'participantConnection':
      return edit(snapshot, event.participantId, participant => ({
        ...participant,
        connected: event.connected,
      }));
    case 'producerAdded':
      return editProducers(snapshot, event.participantId, producers => [
        ...producers.filter(producer => producer.id !== event.producer.id),
        event.producer,
      ]);
    case 'producerPaused':
      return editProducers(snapshot, event.participantId, producers =>
        producers.map(producer =>
          producer.id === event.producerId ? { ...producer, paused: event.paused } : producer,
        ),
      );
    case 'producerRemoved':
      return editProducers(snapshot, event.participantId, producers =>
        producers.filter(producer => producer.id !== event.producerId),
      );
    case 'participantRole':
      return edit(snapshot, event.participantId, participant => ({ ...participant, role: event.role }));
    case 'handRaised':
      return edit(snapshot, event.participantId, ({ hand: _, ...participant }) =>
        event.raised ? { ...participant, hand: event.at } : participant,
      );
    case 'roomLocked':
      return { ...snapshot, locked: event.locked };
    case 'mediaLost':
      return edit(snapshot, event.participantId, participant => ({
        ...participant,
        loss: event.loss,
        producers: participant.producers.filter(
          ({ generation = snapshot.generation }) => generation !== event.generation,
        ),
      }));
    case 'mediaReset':
      return onlyMedia(snapshot, event.generation, undefined);
    case 'mediaMoved': {
      const { generation, main = generation, branches, from } = event;
      return onlyMedia(snapshot, main, from, branches);
    }
    case 'moveFinished':
      return onlyMedia(snapshot, event.generation, undefined, snapshot.branches);
    case 'mediaBranches': {
      const { branches, main = snapshot.generation } = event;
      return onlyMedia(snapshot, main, snapshot.former, branches);
    }
  }
}

/** The state with `generation` and `branches` as its media, and without the producers of all others but `former`. */
function onlyMedia(
  { former: _former, branches: _branches, ...snapshot }: RoomSnapshot,
  generation: MediaGeneration,
  former: MediaGeneration | undefined,
  branches: MediaGeneration[] = [],
): RoomSnapshot {
  const there = new Set([generation, former, ...branches]);
  const stays = ({ generation: of = snapshot.generation }: Producer) => there.has(of);
  const named = (producer: Producer) => ({ generation: snapshot.generation, ...producer });
  return {
    ...snapshot,
    generation,
    ...(branches.length > 0 && { branches }),
    ...(former !== undefined && { former }),
    participants: snapshot.participants.map(participant => {
      const { producers } = participant;
      if (producers.every(producer => producer.generation !== undefined && stays(producer)))
        return participant;
      return { ...participant, producers: producers.filter(stays).map(named) };
    }),
  };
}

function without(participants: Participant[], id: ParticipantId): Participant[] {
  return participants.filter(participant => participant.id !== id);
}

function edit(
  snapshot: RoomSnapshot,
  id: ParticipantId,
  change: (participant: Participant) => Participant,
): RoomSnapshot {
  return {
    ...snapshot,
    participants: snapshot.participants.map(participant =>
      participant.id === id ? change(participant) : participant,
    ),
  };
}

function editProducers(
  snapshot: RoomSnapshot,
  id: ParticipantId,
  change: (producers: Producer[]) => Producer[],
): RoomSnapshot {
  return edit(snapshot, id, participant => ({ ...participant, producers: change(participant.producers) }));
}
