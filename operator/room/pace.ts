import type { RoomKey } from '@parley/protocol';

export interface PacedRoom {
  room: RoomKey;
  /** How many people are in it. */
  people: number;
}

export interface PaceFacts {
  /** The pod that rooms leave. */
  pod: string;
  /** The room that has somewhere to go. */
  room: RoomKey;
  /** All rooms in use on the pod, this one among them. */
  queue: readonly PacedRoom[];
  /** When the grace of the pod ends, in ms, if that is known. */
  graceEndsAt: number | undefined;
  now: number;
}

/** What the moves of the last rooms may take before the grace of their pod ends, in ms. */
const reserveMs = 30_000;
/** After how long without a question a pod is forgotten, in ms. */
const forgetMs = 60_000;

interface Turns {
  /** When each room may go that has been asked about, or was in use together with one that has. */
  readonly due: Map<RoomKey, number>;
  /** The first instant that is nobody's turn. */
  next: number;
  /** Rooms that had their turn, and whose instant in `due` is that at which nobody else goes. */
  readonly promised: Set<RoomKey>;
  /** The first instant that is not promised. */
  free: number;
  /** When a room went last. */
  last: number;
  asked: number;
}

/**
 * Lets rooms in use leave a pod one after the other, so that its clients do not all connect elsewhere at the same instant: those
 * with most people first, as they need the most time. A room that does not use its turn holds nobody up, and gets another.
 */
export class MovePace {
  readonly #intervalMs: number;
  readonly #pods = new Map<string, Turns>();

  constructor(perSecond: number) {
    this.#intervalMs = 1000 / perSecond;
  }

  /** How long the room has to wait, in ms. 0: it goes now, and that was its turn. */
  waitMs({ pod, room, queue, graceEndsAt, now }: PaceFacts): number {
    const turns = this.#turnsOf(pod, now);
    const leftMs = graceEndsAt === undefined ? Number.POSITIVE_INFINITY : graceEndsAt - reserveMs - now;
    if (leftMs <= 0) return 0;
    const intervalMs = Math.min(this.#intervalMs, leftMs / Math.max(1, queue.length));
    const give = (to: RoomKey, earliest: number) => {
      const due = Math.max(turns.next, earliest);
      turns.due.set(to, due);
      turns.next = due + intervalMs;
      return due;
    };
    for (const one of inOrder(queue)) if (!turns.due.has(one.room)) give(one.room, now);
    const due = turns.due.get(room) ?? give(room, now);
    if (due > now) return due - now;
    if (!turns.promised.has(room)) {
      // Who comes a little late goes a little later, and those who come late together one after the other.
      turns.free = Math.max(now, turns.free);
      turns.due.set(room, turns.free);
      turns.promised.add(room);
      turns.free += intervalMs;
    }
    const earliest = Math.max(turns.due.get(room) ?? now, turns.last + intervalMs);
    if (earliest > now) return earliest - now;
    turns.due.delete(room);
    turns.promised.delete(room);
    turns.last = now;
    turns.free = Math.max(turns.free, now + intervalMs);
    return 0;
  }

  #turnsOf(pod: string, now: number): Turns {
    for (const [name, { asked }] of this.#pods) if (asked + forgetMs < now) this.#pods.delete(name);
    const known = this.#pods.get(pod);
    const turns = known ?? {
      due: new Map(),
      next: now,
      promised: new Set(),
      free: now,
      last: Number.NEGATIVE_INFINITY,
      asked: now,
    };
    turns.asked = now;
    this.#pods.set(pod, turns);
    return turns;
  }
}

function inOrder(queue: readonly PacedRoom[]): PacedRoom[] {
  return [...queue].sort((a, b) => b.people - a.people || (a.room < b.room ? -1 : 1));
}
