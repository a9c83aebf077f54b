import type { RoomKey } from '@parley/protocol';
import type { PoolView } from './view.ts';

export interface LeavingFacts {
  view: Pick<PoolView, 'sfus'> | undefined;
  /** The rooms placed on a pod. */
  roomsOn: (pod: string) => Iterable<RoomKey>;
  /** Rooms that move, and the pods that they move from. */
  moving: () => Iterable<[room: RoomKey, from: string]>;
}

/** How many rooms have media on SFU pods that go: they are placed there, or move from there. */
export function leavingRooms({ view, roomsOn, moving }: LeavingFacts): number {
  const pods = new Set(view?.sfus.filter(({ leaving }) => leaving !== undefined).map(({ pod }) => pod));
  if (pods.size === 0) return 0;
  const rooms = new Set([...pods].flatMap(pod => [...roomsOn(pod)]));
  for (const [room, from] of moving()) if (pods.has(from)) rooms.add(room);
  return rooms.size;
}
