import type { PodLoad, Seat } from '../ledger.ts';
import type { PoolView, Sfu } from '../pool/view.ts';

/** An SFU of which so much is taken gets a room only if no other does: the rooms that it has need the rest to grow. */
const takenShare = 0.9;

/** Why a room has no SFU. */
export type WaitingReason =
  | 'PoolNotFound'
  | 'PoolNotReady'
  | 'PoolFull'
  | 'WaitingForSfu'
  | 'WaitingForRedis';

export type Place =
  | { state: 'placed'; sfu: Sfu }
  | { state: 'waiting'; reason: WaitingReason; message: string };

export interface PlaceFacts {
  pool: string;
  /** Undefined if there is no such pool. */
  view: PoolView | undefined;
  /** Where the room was put before. */
  seat: Seat | undefined;
  /** Whether it wants an SFU pod for itself. */
  dedicated: boolean;
  /** Whether anybody is in it: such a room moves only if its SFU goes, and stays there while no other takes it. */
  inUse: boolean;
  /** What the other rooms take of an SFU pod. */
  others: (pod: string) => PodLoad;
}

/**
 * Chooses the SFU of a room. It stays where it is while that SFU does, unless nobody is in it and its pod is not for it
 * alone though it should be. A room in use leaves an SFU that goes once another has space; an empty one in any case. A new place is on a pod whose workers are not taken up by the rooms that it has, and one that
 * is up to date, if one of these has space.
 */
export function placeRoom({ pool, view, seat, dedicated, inUse, others }: PlaceFacts): Place {
  if (!view) {
    return waiting('PoolNotFound', `There is no MediaPool "${pool}". The room is placed once there is.`);
  }
  const fits = (sfu: Sfu) => hasSpace(others(sfu.pod), dedicated, view.roomsPerPod);
  const current = view.sfus.find(
    sfu => sfu.pod === seat?.pod && (seat.instance === undefined || seat.instance === sfu.instance),
  );
  const stays = current !== undefined && current.leaving === undefined;
  if (stays && (inUse || isAllowed(others(current.pod), dedicated))) {
    return { state: 'placed', sfu: current };
  }
  // Nobody's call gets worse so that the pool has a pod less.
  const spares = inUse && current?.leaving === 'ScaleIn';
  const chosen =
    view.refusal === undefined
      ? best(
          view.sfus.filter(sfu => sfu.takesRooms && fits(sfu) && !(spares && isTaken(sfu))),
          sfu => others(sfu.pod).rooms,
          view.placement,
        )
      : undefined;
  if (chosen) return { state: 'placed', sfu: chosen };
  // Beside others, or for a while, is better than nowhere.
  if (current && (stays || inUse)) return { state: 'placed', sfu: current };
  if (view.refusal !== undefined) return waiting('PoolNotReady', view.refusal);
  return waiting(...whyNot(pool, view, dedicated));
}

/** Whether a room may be on a pod beside these others, however many they are. */
function isAllowed(others: PodLoad, dedicated: boolean): boolean {
  return dedicated ? others.rooms === 0 : others.dedicated === 0;
}

/** Whether a pod has space for one more room beside these others. */
export function hasSpace(others: PodLoad, dedicated: boolean, roomsPerPod: number): boolean {
  return isAllowed(others, dedicated) && others.rooms < roomsPerPod;
}

const isTaken = ({ used = 0 }: Sfu): boolean => used >= takenShare;

/**
 * Pods first whose workers still carry more, and among these up-to-date ones; then the fullest, so that others become empty and may
 * go, or the emptiest.
 */
function best(
  sfus: readonly Sfu[],
  rooms: (sfu: Sfu) => number,
  placement: PoolView['placement'],
): Sfu | undefined {
  const rank = (sfu: Sfu) => (placement === 'Packed' ? -rooms(sfu) : rooms(sfu));
  return [...sfus].sort(
    (a, b) =>
      Number(isTaken(a)) - Number(isTaken(b)) || Number(b.fresh) - Number(a.fresh) || rank(a) - rank(b),
  )[0];
}

function whyNot(pool: string, view: PoolView, dedicated: boolean): [WaitingReason, string] {
  const takers = view.sfus.filter(sfu => sfu.takesRooms).length;
  if (takers > 0 && !view.mayGrow) {
    const full = dedicated
      ? `No SFU pod of MediaPool "${pool}" is empty (pods: ${takers}), as a dedicated room needs it.`
      : `Every SFU pod of MediaPool "${pool}" is full (pods: ${takers}, rooms per pod: ${view.roomsPerPod}).`;
    return ['PoolFull', `${full} Raise its maximum, or end other rooms.`];
  }
  if (view.struggling) {
    const message = `An SFU pod of MediaPool "${pool}" cannot run: "kubectl describe mediapool ${pool}" says why.`;
    return ['WaitingForSfu', message];
  }
  return ['WaitingForSfu', `An SFU pod of MediaPool "${pool}" is on its way.`];
}

function waiting(reason: WaitingReason, message: string): Place {
  return { state: 'waiting', reason, message };
}
