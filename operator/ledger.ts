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
  /** How many of them are on other pods besides. */
  spread: number;
}

/** Places of rooms in a pool, those that rooms have and those that they wait for. */
export interface PoolDemand {
  shared: number;
  dedicated: number;
  /** How many dedicated rooms wait for one. */
  dedicatedWaiting: number;
  /** How many shared rooms have some, and wait for one more. */
  growing: number;
  /** How many rooms have places and wait for one more, dedicated ones among them. */
  crowded: number;
  /** How many rooms are on several pods. */
  spread: number;
}

interface Entry extends Wish {
  /** The main one first. */
  seats: readonly Seat[];
  lacks: boolean;
}

export interface LedgerListener {
  /** The rooms of this pool are not what they were. */
  changed: (pool: string) => void;
  /** A place became free that these rooms wait for. */
  freed: (waiting: Iterable<RoomKey>) => void;
}

const nothing: PodLoad = { rooms: 0, dedicated: 0, spread: 0 };
const nobody: PoolDemand = {
  shared: 0,
  dedicated: 0,
  dedicatedWaiting: 0,
  growing: 0,
  crowded: 0,
  spread: 0,
};

/**
 * Which room is on which SFUs, and which rooms wait for one, counted the moment it is decided: load reports come too
 * late for a burst of new rooms.
 */
export class Ledger {
  readonly #entries = new Map<RoomKey, Entry>();
  readonly #perPod = new Map<string, Set<RoomKey>>();
  readonly #dedicatedPerPod = new Map<string, number>();
  readonly #spreadPerPod = new Map<string, number>();
  readonly #perPool = new Map<string, PoolDemand>();
  readonly #placedPerPool = new Map<string, number>();
  readonly #waiting = new Map<string, Set<RoomKey>>();
  readonly #listener: LedgerListener;

  constructor(listener: LedgerListener) {
    this.#listener = listener;
  }

  /** Where the room is, if it is in this pool; the main place first. */
  seats(room: RoomKey, pool: string): readonly Seat[] {
    const entry = this.#entries.get(room);
    return entry?.pool === pool ? entry.seats : [];
  }

  /** On how many pods the room is, in whatever pool. */
  places(room: RoomKey): number {
    return this.#entries.get(room)?.seats.length ?? 0;
  }

  /** The pool that the room asks for, if it wants a place. */
  poolOf(room: RoomKey): string | undefined {
    return this.#entries.get(room)?.pool;
  }

  /** How many rooms of a pool have a place. */
  placed(pool: string): number {
    return this.#placedPerPool.get(pool) ?? 0;
  }

  /** Whether the room wants an SFU pod for itself. */
  isDedicated(room: RoomKey): boolean {
    return this.#entries.get(room)?.dedicated === true;
  }

  /**
   * Says what a room asks for, and where it is.
   *
   * @param seats on one pod each, the main one first; none means that it waits.
   * @param lacks whether it has places and waits for one more.
   */
  set(room: RoomKey, { pool, dedicated }: Wish, seats: readonly Seat[], lacks = false): void {
    const before = this.#entries.get(room);
    const entry = { pool, dedicated, seats, lacks };
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

  /** The rooms of a pool that wait for a place, or for one more. */
  waiting(pool: string): ReadonlySet<RoomKey> {
    return this.#waiting.get(pool) ?? new Set();
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
    const spread = this.#spreadPerPod.get(pod) ?? 0;
    if (except === undefined || !rooms.has(except)) return { rooms: rooms.size, dedicated, spread };
    const own = this.#entries.get(except);
    return {
      rooms: rooms.size - 1,
      dedicated: dedicated - (own?.dedicated ? 1 : 0),
      spread: spread - (own && own.seats.length > 1 ? 1 : 0),
    };
  }

  demand(pool: string): PoolDemand {
    return this.#perPool.get(pool) ?? nobody;
  }

  #count(room: RoomKey, entry: Entry | undefined, by: 1 | -1): void {
    if (!entry) return;
    const { pool, dedicated, seats, lacks } = entry;
    const demand = this.demand(pool);
    const places = Math.max(1, seats.length) + (lacks ? 1 : 0);
    const waits = seats.length === 0 || lacks;
    const isSpread = seats.length > 1;
    const now: PoolDemand = {
      shared: demand.shared + (dedicated ? 0 : by * places),
      dedicated: demand.dedicated + (dedicated ? by * places : 0),
      dedicatedWaiting: demand.dedicatedWaiting + (dedicated && waits ? by : 0),
      growing: demand.growing + (!dedicated && lacks ? by : 0),
      crowded: demand.crowded + (lacks ? by : 0),
      spread: demand.spread + (isSpread ? by : 0),
    };
    if (now.shared + now.dedicated > 0) this.#perPool.set(pool, now);
    else this.#perPool.delete(pool);
    if (waits) enlist(this.#waiting, pool, room, by);
    if (seats.length > 0) add(this.#placedPerPool, pool, by);
    for (const { pod } of seats) {
      enlist(this.#perPod, pod, room, by);
      if (dedicated) add(this.#dedicatedPerPod, pod, by);
      if (isSpread) add(this.#spreadPerPod, pod, by);
    }
  }

  #tell(before: Entry | undefined, now: Entry | undefined): void {
    const podsOf = (entry: Entry | undefined) => (entry?.seats ?? []).map(({ pod }) => pod).join();
    const same = before?.pool === now?.pool && before?.dedicated === now?.dedicated;
    const stays = podsOf(before) === podsOf(now);
    if (same && stays && before?.lacks === now?.lacks) return;
    const pools = new Set([before?.pool, now?.pool].filter(pool => pool !== undefined));
    for (const pool of pools) this.#listener.changed(pool);
    if (before && before.seats.length > 0 && !(same && stays))
      this.#listener.freed(this.waiting(before.pool));
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
