import type { RoomKey } from '@parley/protocol';
import { seeded } from './random.ts';

/** Somebody who is to come. */
export interface PersonPlan {
  name: string;
  room: RoomKey;
  /** Whether they send; all receive. */
  sends: boolean;
  /** When they come, in ms after the first. */
  comesAtMs: number;
  /** Decides what their packets are numbered by. */
  seed: number;
}

export interface CrowdSize {
  rooms: readonly RoomKey[];
  /** Of each room. */
  publishers: number;
  subscribers: number;
  /** People who come, of all rooms together. */
  joinsPerSecond: number;
  seed: number;
  processes: number;
}

/** Who comes where and when, for each process; the same for the same seed. People of one room are in all processes alike. */
export function planCrowd(size: CrowdSize): PersonPlan[][] {
  const random = seeded(size.seed);
  const people = size.rooms.flatMap((room, place) =>
    Array.from({ length: size.publishers + size.subscribers }, (_, index) => ({
      name: `Load ${place + 1}.${index + 1}`,
      room,
      sends: index < size.publishers,
      order: random(),
      seed: random(),
    })),
  );
  const shares = Array.from({ length: Math.max(1, size.processes) }, (): PersonPlan[] => []);
  const inOrder = people.toSorted((one, other) => one.order - other.order);
  for (const [turn, { order: _, ...person }] of inOrder.entries()) {
    const comesAtMs = (turn * 1_000) / size.joinsPerSecond;
    shares[turn % shares.length]?.push({ ...person, comesAtMs });
  }
  return shares.filter(share => share.length > 0);
}
