import type { RoomKey, SfuInstance } from '@parley/protocol';

/** Where a room is. */
export interface Seat {
  pod: string;
  /** Undefined: known from the room's status only; whichever instance lives there. */
  instance: SfuInstance | undefined;
}

interface Entry {
  pool: string;
  seat: Seat | undefined;
}

export interface LedgerListener {
  /** The rooms of this pool are not what they were. */
  changed: (pool: string) => void;
  /** A place became free that these rooms wait for. */
  freed: (waiting: Iterable<RoomKey>) => void;
}

/**
 * Which room is on which SFU, and which rooms wait for one, counted the moment it is decided: load reports come too
 * late for a burst of new rooms.
 */
export class Ledger {
  readonly #entries = new Map<RoomKey, Entry>();
  readonly #perPod = new Map<string, number>();
  readonly #perPool = new Map<string, number>();
  readonly #waiting = new Map<string, Set<RoomKey>>();
  readonly #listener: LedgerListener;

  constructor(listener: LedgerListener) {
    this.#listener = listener;
  }

  /** Where the room is, if it is in this pool. */
  seat(room: RoomKey, pool: string): Seat | undefined {
    const entry = this.#entries.get(room);
    return entry?.pool === pool ? entry.seat : undefined;
  }

  /** Says that a room wants to be in `pool`, and where it is; no seat means that it waits. */
  set(room: RoomKey, pool: string, seat: Seat | undefined): void {
    const before = this.#entries.get(room);
    const entry = { pool, seat };
    this.#entries.set(room, entry);
    this.#count(room, before, -1);
    this.#count(room, entry, 1);
    this.#tell(before, entry);
  }

  /** The room wants no place any more. */
  remove(room: RoomKey): void {
    const before = this.#entries.get(room);
    if (!before) return;
    this.#entries.delete(room);
    this.#count(room, before, -1);
    this.#tell(before, undefined);
  }

  roomsOn(pod: string): number {
    return this.#perPod.get(pod) ?? 0;
  }

  /** Rooms that are on the pool or wait for it. */
  demand(pool: string): number {
    return this.#perPool.get(pool) ?? 0;
  }

  #count(room: RoomKey, entry: Entry | undefined, by: 1 | -1): void {
    if (!entry) return;
    add(this.#perPool, entry.pool, by);
    if (entry.seat) {
      add(this.#perPod, entry.seat.pod, by);
      return;
    }
    const waiting = this.#waiting.get(entry.pool) ?? new Set();
    if (by === 1) waiting.add(room);
    else waiting.delete(room);
    this.#waiting.set(entry.pool, waiting);
  }

  #tell(before: Entry | undefined, now: Entry | undefined): void {
    if (before?.pool === now?.pool && before?.seat?.pod === now?.seat?.pod) return;
    const pools = new Set([before?.pool, now?.pool].filter(pool => pool !== undefined));
    for (const pool of pools) this.#listener.changed(pool);
    if (before?.seat) this.#listener.freed(this.#waiting.get(before.pool) ?? []);
  }
}

function add(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
