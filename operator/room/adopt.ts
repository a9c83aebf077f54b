import { type RoomKey, roomKey } from '@parley/protocol';
import type { Room } from '@parley/resources';
import type { Logger } from '@parley/telemetry';
import { z } from 'zod';
import type { Ledger, Wish } from '../ledger.ts';
import type { Placements } from '../redis/placements.ts';
import type { Store } from '../runtime/index.ts';

const Wanted = z.object({ pool: z.string().default('default'), sfu: z.string().optional() });

/** The pool that a Room asks for, also where the rest of its spec is impossible. */
export function wantedPool(room: Room): string | undefined {
  return wishOf(room)?.pool;
}

function wishOf(room: Room): Wish | undefined {
  const wanted = Wanted.safeParse(room.spec).data;
  return wanted && { pool: wanted.pool, dedicated: wanted.sfu === 'Dedicated' };
}

/** Enters into an empty ledger where rooms are according to their status. */
export function adoptFromStatus(rooms: Store<Room>, ledger: Ledger): void {
  for (const room of rooms.values()) {
    const wish = wishOf(room);
    const seats = room.status.sfus.map(({ pod }) => ({ pod, instance: undefined }));
    if (wish === undefined || seats.length === 0) continue;
    const { namespace, name } = room.metadata;
    ledger.set(roomKey(namespace, name), wish, seats);
  }
}

/** Enters into the ledger where rooms are according to Redis, which is written before the status. */
export function adoptFromPlacements(rooms: Store<Room>, placements: Placements, ledger: Ledger): void {
  for (const room of rooms.values()) {
    const wish = wishOf(room);
    const key = roomKey(room.metadata.namespace, room.metadata.name);
    const placement = placements.get(key);
    if (wish === undefined || placement?.state !== 'ready' || placement.uid !== room.metadata.uid) continue;
    const seats = [placement.sfu, ...placement.further].map(({ pod, instance }) => ({ pod, instance }));
    ledger.set(key, wish, seats);
  }
}

/**
 * Ends placements that no Room stands for: it went while Redis or the operator was away.
 *
 * @throws RedisUnavailableError
 */
export async function endStrays(
  placements: Placements,
  exists: (key: RoomKey) => boolean,
  log: Logger,
): Promise<void> {
  for (const { key, uid } of await placements.strays(exists)) {
    if (exists(key)) continue;
    await placements.write({ state: 'ended', key, uid });
    log.info({ room: key, uid }, 'ended the placement of a room that is gone');
  }
}
