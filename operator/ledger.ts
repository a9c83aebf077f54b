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

/**
 * Which room is on which SFU, and which rooms wait for one, counted the moment it is decided: load reports come too
 * late for a burst of new rooms.
 */
export class Ledger {
  readonly #entries = new Map<RoomKey, Entry>();
  readonly #perPod = new Map<string, number>();
  readonly #perPool = new Map<string, number>();
  readonly #onChange: (pool: string) => void;

  /** @param onChange is told of pools whose rooms changed. */
  constructor(onChange: (pool: string) => void) {
    this.#onChange = onChange;
  }

  /** Where the room is, if it is in this pool. */
  seat(room: RoomKey, pool: string): Seat | undefined {
    const entry = this.#entries.get(room);
    return entry?.pool === pool ? entry.seat : undefined;
  }

  /** Says that a room wants to be in `pool`, and where it is; no seat means that it waits. */
  set(room: RoomKey, pool: string, seat: Seat | undefined): void {
    const before = this.#entries.get(room);
    this.#count(before, -1);
    const entry = { pool, seat };
    this.#entries.set(room, entry);
    this.#count(entry, 1);
    if (before?.pool === pool && before.seat?.pod === seat?.pod) return;
    if (before && before.pool !== pool) this.#onChange(before.pool);
    this.#onChange(pool);
  }

  /** The room wants no place any more. */
  remove(room: RoomKey): void {
    const before = this.#entries.get(room);
    if (!before) return;
    this.#count(before, -1);
    this.#entries.delete(room);
    this.#onChange(before.pool);
  }

  roomsOn(pod: string): number {
    return this.#perPod.get(pod) ?? 0;
  }

  /** Rooms that are on the pool or wait for it. */
  demand(pool: string): number {
    return this.#perPool.get(pool) ?? 0;
  }

  #count(entry: Entry | undefined, by: 1 | -1): void {
    if (!entry) return;
    add(this.#perPool, entry.pool, by);
    if (entry.seat) add(this.#perPod, entry.seat.pod, by);
  }
}

function add(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
