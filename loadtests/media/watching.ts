import { isCurrent } from '@parley/client/headless';
import type {
  MediaSource,
  Participant,
  ParticipantId,
  Producer,
  ProducerId,
  RoomSnapshot,
} from '@parley/protocol';
import type { Wanted } from './media-link.ts';
import { StreamCount } from './stream-count.ts';

/** How many streams of each kind somebody receives at most. */
export interface WatchLimits {
  audio: number;
  video: number;
}

/** One thing that somebody sends, as it comes to another one. */
export interface ReceivedStream {
  kind: 'audio' | 'video';
  /** When it was known that there is something to receive, by the clock of `performance`. */
  wantedAt: number;
  count: StreamCount;
}

/** What of the others is received, and how it comes. A stream stays the same when its media moves or is made anew. */
export class Watching {
  readonly streams: ReceivedStream[] = [];
  readonly #limits: WatchLimits;
  readonly #byOwner = new Map<ParticipantId, Map<MediaSource, ReceivedStream>>();

  constructor(limits: WatchLimits) {
    this.#limits = limits;
  }

  /** What is to be subscribed to of the room's current media, besides what is taken. */
  wanted(
    room: RoomSnapshot,
    self: ParticipantId | undefined,
    taken: ReadonlySet<ProducerId>,
    now: number,
  ): Wanted[] {
    const others = room.participants.filter(({ id }) => id !== self);
    this.#endThoseOf(others, now);
    const chosen = others
      .flatMap(({ id, producers }) => producers.map(producer => ({ owner: id, producer })))
      .filter(({ producer }) => isCurrent(room, producer.generation ?? room.generation));
    return this.#within(chosen)
      .filter(({ producer }) => !taken.has(producer.id))
      .map(({ owner, producer }) => ({
        producerId: producer.id,
        count: this.#stream(owner, producer, now).count,
      }));
  }

  /** Whether nothing is left that only the media carries which the room moves from. */
  hasMoved(room: RoomSnapshot, self: ParticipantId | undefined, taken: ReadonlySet<ProducerId>): boolean {
    const others = room.participants.filter(({ id }) => id !== self);
    return others.every(({ id, producers }) =>
      producers.every(({ id: producerId, source, generation = room.generation }) => {
        if (taken.has(producerId) || !this.#byOwner.get(id)?.has(source)) return true;
        if (generation !== room.former) return false;
        return producers.some(other => other.source === source && taken.has(other.id));
      }),
    );
  }

  /** Nothing more is expected of anybody. */
  end(now: number): void {
    for (const { count } of this.streams) count.end(now);
  }

  /** As many as may be received: those first that are received already. */
  #within<T extends { owner: ParticipantId; producer: Producer }>(all: readonly T[]): T[] {
    return (['audio', 'video'] as const).flatMap(kind => {
      const known = ({ owner, producer }: T) => this.#byOwner.get(owner)?.has(producer.source) ?? false;
      const ofKind = all.filter(({ producer }) => producer.kind === kind);
      return [...ofKind.filter(known), ...ofKind.filter(one => !known(one))].slice(0, this.#limits[kind]);
    });
  }

  #stream(owner: ParticipantId, { source, kind }: Producer, now: number): ReceivedStream {
    const sources = this.#byOwner.get(owner) ?? new Map<MediaSource, ReceivedStream>();
    this.#byOwner.set(owner, sources);
    const known = sources.get(source);
    if (known) return known;
    const stream = { kind, wantedAt: now, count: new StreamCount() };
    sources.set(source, stream);
    this.streams.push(stream);
    return stream;
  }

  #endThoseOf(others: readonly Participant[], now: number): void {
    const there = new Set(others.map(({ id }) => id));
    for (const [owner, sources] of this.#byOwner) {
      if (there.has(owner)) continue;
      for (const { count } of sources.values()) count.end(now);
      this.#byOwner.delete(owner);
    }
  }
}
