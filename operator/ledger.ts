import type { RoomKey, SfuInstance } from '@parley/protocol';

/** Where a room is. */
export interface Seat {
  pod: string;
  /** Undefined: known from the room's status only; whichever instance lives there. */
  instance: SfuInstance | undefined;
}

/** What a room asks for. */
export interface Wish {
  pool: string;
  /** Whether it wants an SFU pod for itself. */
  dedicated: boolean;
}

/** What was given to an SFU pod. */
export interface PodLoad {
  rooms: number;
  /** How many of them want the pod for themselves. */
  dedicated: number;
}

/** Rooms that are on a pool or wait for a place there. */
export interface PoolDemand {
  shared: number;
  dedicated: number;
  /** Dedicated rooms among them that have no place. */
  dedicatedWaiting: number;
}

interface Entry extends Wish {
  seat: Seat | undefined;
}

export interface LedgerListener {
  /** The rooms of this pool are not what they were. */
  changed: (pool: string) => void;
  /** A place became free that these rooms wait for. */
  freed: (waiting: Iterable<RoomKey>) => void;
}

const nothing: PodLoad = { rooms: 0, dedicated: 0 };
const nobody: PoolDemand = { shared: 0, dedicated: 0, dedicatedWaiting: 0 };

/**
 * Which room is on which SFU, and which rooms wait for one, counted the moment it is decided: load reports come too
 * late for a burst of new rooms.
 */
export class Ledger {
  readonly #entries = new Map<RoomKey, Entry>();
  readonly #perPod = new Map<string, Set<RoomKey>>();
  readonly #dedicatedPerPod = new Map<string, number>();
  readonly #perPool = new Map<string, PoolDemand>();
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

  /** Says what a room asks for, and where it is; no seat means that it waits. */
  set(room: RoomKey, { pool, dedicated }: Wish, seat: Seat | undefined): void {
    const before = this.#entries.get(room);
    const entry = { pool, dedicated, seat };
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

  /** The rooms on a pod. */
  roomsOn(pod: string): ReadonlySet<RoomKey> {
    return this.#perPod.get(pod) ?? new Set();
  }

  /** What was given to a pod, not counting the room `except`. */
  load(pod: string, except?: RoomKey): PodLoad {
    const rooms = this.#perPod.get(pod);
    if (!rooms) return nothing;
    const dedicated = this.#dedicatedPerPod.get(pod) ?? 0;
    if (except === undefined || !rooms.has(except)) return { rooms: rooms.size, dedicated };
    const own = this.#entries.get(except)?.dedicated ? 1 : 0;
    return { rooms: rooms.size - 1, dedicated: dedicated - own };
  }

  demand(pool: string): PoolDemand {
    return this.#perPool.get(pool) ?? nobody;
  }

  #count(room: RoomKey, entry: Entry | undefined, by: 1 | -1): void {
    if (!entry) return;
    const { pool, dedicated, seat } = entry;
    const { shared, ...demand } = this.demand(pool);
    const now: PoolDemand = {
      shared: shared + (dedicated ? 0 : by),
      dedicated: demand.dedicated + (dedicated ? by : 0),
      dedicatedWaiting: demand.dedicatedWaiting + (dedicated && !seat ? by : 0),
    };
    if (now.shared + now.dedicated > 0) this.#perPool.set(pool, now);
    else this.#perPool.delete(pool);
    if (!seat) {
      enlist(this.#waiting, pool, room, by);
      return;
    }
    enlist(this.#perPod, seat.pod, room, by);
    if (dedicated) add(this.#dedicatedPerPod, seat.pod, by);
  }

  #tell(before: Entry | undefined, now: Entry | undefined): void {
    const same = before?.pool === now?.pool && before?.dedicated === now?.dedicated;
    if (same && before?.seat?.pod === now?.seat?.pod) return;
    const pools = new Set([before?.pool, now?.pool].filter(pool => pool !== undefined));
    for (const pool of pools) this.#listener.changed(pool);
    if (before?.seat) this.#listener.freed(this.#waiting.get(before.pool) ?? []);
  }
}

function enlist(lists: Map<string, Set<RoomKey>>, key: string, room: RoomKey, by: 1 | -1): void {
  const list = lists.get(key) ?? new Set();
  if (by === 1) list.add(room);
  else list.delete(room);
  if (list.size > 0) lists.set(key, list);
  else lists.delete(key);
}

function add(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
