import type { RoomKey } from '@parley/protocol';
import { pressureLimits } from './pressure.ts';
import type { Sfu } from './view.ts';

/** A room with people in it, on an SFU that is too full. */
export interface Tenant {
  room: RoomKey;
  /** How many of its people are there, as far as is known. */
  people: number;
  /** Whether it may be taken elsewhere as a whole. */
  mayGo: boolean;
}

/** A room that is better off on another SFU, as all that stay are then. */
export interface Gift {
  room: RoomKey;
  to: Sfu;
}

export interface GiftFacts {
  from: Sfu;
  tenants: readonly Tenant[];
  /** SFUs that have space for one more room. */
  takers: readonly Sfu[];
}

/**
 * The room that an SFU which is too full should give away, and to which SFU: one of those that relieve it enough the one with the
 * fewest people; if none does, the one that relieves it most. What a room takes is estimated by its people. Whoever gets it stays below what
 * makes rooms grow. So each gift makes the pool more even, and none is given back.
 *
 * @returns undefined if nothing would help.
 */
export function giftOf({ from, tenants, takers }: GiftFacts): Gift | undefined {
  const { used = 0 } = from;
  const inUse = tenants.filter(({ people }) => people > 0);
  // Where there is but one, what is too full would only be another.
  if (inUse.length < 2) return undefined;
  const all = inUse.reduce((sum, { people }) => sum + people, 0);
  const ranked = [...takers]
    .filter(sfu => sfu !== from)
    .sort((a, b) => compare(rank(a, from), rank(b, from)));
  const gifts = inUse.flatMap(({ room, people, mayGo }) => {
    const share = (used * people) / all;
    // One who is alone is sent nothing.
    const takes = mayGo && people > 1;
    const to = takes && ranked.find(sfu => (sfu.used ?? 1) + share < pressureLimits.high.from);
    return to ? [{ room, to, share, relieves: used - share < pressureLimits.full.below }] : [];
  });
  const [best] = gifts.sort(
    (a, b) =>
      Number(b.relieves) - Number(a.relieves) ||
      (a.relieves ? a.share - b.share : b.share - a.share) ||
      (a.room < b.room ? -1 : 1),
  );
  return best && { room: best.room, to: best.to };
}

/** Those of its zone first, then those made as the pool says now, then those with the most room. */
function rank(sfu: Sfu, from: Sfu): number[] {
  return [Number(from.zone !== undefined && sfu.zone !== from.zone), Number(!sfu.fresh), sfu.used ?? 1];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((one, index) => one !== b[index]);
  return (a[at] ?? 0) - (b[at] ?? 0);
}
