import type { Placement, RoomKey, RoomUid } from '@parley/protocol';
import type { Member } from '../connection/caller.ts';
import { instancesOf } from '../state/room-moves.ts';

/** A room that participants of this replica are in. */
export interface LocalRoom {
  readonly key: RoomKey;
  readonly uid: RoomUid;
  /** The last that was read. */
  placement: Placement;
  /** Where it was placed, by `instancesOf`, when its media was last seen there. */
  servedBy: string | undefined;
  readonly members: Set<Member>;
}

/** Who is told when a room gets its first member here, and when the last one has gone. */
export interface RoomsWatch {
  opened(uid: RoomUid): void;
  closed(uid: RoomUid): void;
}

/** The rooms that participants of this replica are in. */
export class LocalRooms {
  readonly #watches: readonly RoomsWatch[];
  readonly #rooms = new Map<RoomUid, LocalRoom>();
  readonly #byKey = new Map<RoomKey, Set<LocalRoom>>();

  constructor(watches: readonly RoomsWatch[] = []) {
    this.#watches = watches;
  }

  /** The room of this placement. A new one is kept once it has a member: to be added before anything is awaited. */
  of(placement: Placement): LocalRoom {
    const { key, uid } = placement;
    const servedBy = placement.state === 'ready' ? instancesOf(placement) : undefined;
    return this.#rooms.get(uid) ?? { key, uid, placement, servedBy, members: new Set() };
  }

  add(member: Member): void {
    const { room } = member;
    room.members.add(member);
    if (!this.#rooms.has(room.uid)) for (const watch of this.#watches) watch.opened(room.uid);
    this.#rooms.set(room.uid, room);
    const same = this.#byKey.get(room.key) ?? new Set();
    this.#byKey.set(room.key, same.add(room));
  }

  /** A member may be removed twice, as one who leaves and disconnects is. */
  remove(member: Member): void {
    const { room } = member;
    if (!room.members.delete(member) || room.members.size > 0) return;
    if (this.#rooms.delete(room.uid)) for (const watch of this.#watches) watch.closed(room.uid);
    const same = this.#byKey.get(room.key);
    same?.delete(room);
    if (same?.size === 0) this.#byKey.delete(room.key);
  }

  byUid(uid: RoomUid): LocalRoom | undefined {
    return this.#rooms.get(uid);
  }

  /** A Room that was deleted and its successor may both be there for a moment. */
  byKey(key: RoomKey): LocalRoom[] {
    return [...(this.#byKey.get(key) ?? [])];
  }

  all(): LocalRoom[] {
    return [...this.#rooms.values()];
  }

  countMembers(): number {
    return this.all().reduce((sum, room) => sum + room.members.size, 0);
  }
}
