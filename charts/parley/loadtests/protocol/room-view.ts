/** A room as its events say it (SPEC.md, S1 to S5), as far as somebody without media of their own has to know it. */
import type {
  LogPosition,
  MediaGeneration,
  ParticipantId,
  Producer,
  RoomEvent,
  RoomSnapshot,
} from '@parley/protocol';

/** What became of an event: it was new, it was known, or something before it is missing. */
export type Step = 'applied' | 'old' | 'gap';

export class RoomView {
  #place: LogPosition;
  #generation: MediaGeneration;
  #branches: readonly MediaGeneration[];
  #former: MediaGeneration | undefined;
  locked: boolean;
  readonly #people = new Map<ParticipantId, Map<string, Producer>>();

  constructor(snapshot: RoomSnapshot) {
    this.#place = { seq: snapshot.seq, at: snapshot.at };
    this.#generation = snapshot.generation;
    this.#branches = snapshot.branches ?? [];
    this.#former = snapshot.former;
    this.locked = snapshot.locked;
    for (const { id, producers } of snapshot.participants) this.#put(id, producers);
  }

  /** How much of the room's history is known. */
  get place(): LogPosition {
    return this.#place;
  }

  get participants(): ParticipantId[] {
    return [...this.#people.keys()];
  }

  /** Whether media of this generation still flows. */
  carries(generation: MediaGeneration): boolean {
    return [this.#generation, this.#former, ...this.#branches].includes(generation);
  }

  /** What others than `self` publish. */
  producersBeside(self: ParticipantId): Producer[] {
    return [...this.#people].flatMap(([id, producers]) => (id === self ? [] : [...producers.values()]));
  }

  /** Takes an event that was heard at any time. */
  hear(event: RoomEvent): Step {
    if (event.seq <= this.#place.seq) return 'old';
    if (event.seq !== this.#place.seq + 1 || event.after !== this.#place.at) return 'gap';
    this.follow(event);
    return 'applied';
  }

  /** Takes an event that is known to be the next, as those in the answer to `sync` are. */
  follow(event: RoomEvent): void {
    this.#place = { seq: event.seq, at: event.at };
    switch (event.type) {
      case 'participantJoined':
        this.#put(event.participant.id, event.participant.producers);
        break;
      case 'participantLeft':
        this.#people.delete(event.participantId);
        break;
      case 'producerAdded':
        this.#people.get(event.participantId)?.set(event.producer.id, event.producer);
        break;
      case 'producerRemoved':
        this.#people.get(event.participantId)?.delete(event.producerId);
        break;
      case 'producerPaused': {
        const producers = this.#people.get(event.participantId);
        const producer = producers?.get(event.producerId);
        if (producer) producers?.set(event.producerId, { ...producer, paused: event.paused });
        break;
      }
      case 'roomLocked':
        this.locked = event.locked;
        break;
      case 'mediaLost':
        this.#keep(id => id !== event.participantId, [event.generation]);
        break;
      case 'mediaReset':
        this.#generation = event.generation;
        this.#branches = [];
        this.#former = undefined;
        for (const producers of this.#people.values()) producers.clear();
        break;
      case 'mediaMoved':
        this.#generation = event.main ?? event.generation;
        this.#former = event.from;
        this.#branches = event.branches ?? [];
        break;
      case 'moveFinished':
        this.#generation = event.generation;
        this.#former = undefined;
        this.#dropFormer();
        break;
      case 'mediaBranches':
        this.#generation = event.main ?? this.#generation;
        this.#branches = event.branches;
        break;
      case 'participantConnection':
      case 'participantRole':
        break;
    }
  }

  #put(id: ParticipantId, producers: readonly Producer[]): void {
    this.#people.set(id, new Map(producers.map(producer => [producer.id, producer])));
  }

  /** Removes the producers of these generations, but for those of people who are kept. */
  #keep(isKept: (id: ParticipantId) => boolean, gone: readonly MediaGeneration[]): void {
    for (const [id, producers] of this.#people) {
      if (isKept(id)) continue;
      for (const [key, { generation }] of producers) {
        if (gone.includes(generation ?? this.#generation)) producers.delete(key);
      }
    }
  }

  #dropFormer(): void {
    const current: readonly (MediaGeneration | undefined)[] = [
      undefined,
      this.#generation,
      ...this.#branches,
    ];
    for (const producers of this.#people.values()) {
      for (const [key, { generation }] of producers) if (!current.includes(generation)) producers.delete(key);
    }
  }
}
