import type { RoomKey } from '@parley/protocol';
import type { ServerProcess } from '../process.ts';
import type { Crowd, Place } from './crowd.ts';
import type { ServerKind } from './talker.ts';

type Seat = Place & { publisher: boolean };

/** Fills rooms with `size` people each, over all servers in turn. The first `publishers` of each room send something. */
export function seats(of: {
  kind: ServerKind;
  servers: readonly Pick<ServerProcess, 'url'>[];
  rooms: readonly RoomKey[];
  size: number;
  publishers: number;
}): Seat[] {
  const { kind, servers, rooms, size, publishers } = of;
  return rooms.flatMap((room, number) =>
    Array.from({ length: size }, (_, index) => ({
      kind,
      room,
      // People of one room are on different servers, and so are the publishers of different rooms.
      url: servers[(index + number) % servers.length]?.url ?? '',
      publisher: index < publishers,
    })),
  );
}

/** Deals things out to the processes of clients, as evenly as can be; every room's people are spread over them. */
export function deal<T>(all: readonly T[], crowds: readonly Crowd[]): [Crowd, T[]][] {
  return crowds.map((crowd, hand) => [crowd, all.filter((_, index) => index % crowds.length === hand)]);
}
