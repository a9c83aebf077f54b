import type { Seat } from '../ledger.ts';
import type { PoolView, Sfu } from '../pool/view.ts';

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
  /** Rooms that were given to an SFU pod. */
  roomsOn: (pod: string) => number;
}

/**
 * Chooses the SFU of a room. It stays where it is while that SFU lives; otherwise it goes to the fullest that still
 * has space, so that others become empty and may go.
 */
export function placeRoom({ pool, view, seat, roomsOn }: PlaceFacts): Place {
  if (!view) {
    return waiting('PoolNotFound', `There is no MediaPool "${pool}". The room is placed once there is.`);
  }
  const current = view.sfus.find(
    sfu => sfu.pod === seat?.pod && (seat.instance === undefined || seat.instance === sfu.instance),
  );
  if (current) return { state: 'placed', sfu: current };
  if (view.refusal !== undefined) return waiting('PoolNotReady', view.refusal);

  // A room that lost its SFU does not take up space on the pod that it was on.
  const load = (sfu: Sfu) => roomsOn(sfu.pod) - (sfu.pod === seat?.pod ? 1 : 0);
  const takers = view.sfus.filter(sfu => sfu.takesRooms);
  const fullest = takers
    .filter(sfu => load(sfu) < view.roomsPerPod)
    .reduce<Sfu | undefined>((best, sfu) => (best && load(best) >= load(sfu) ? best : sfu), undefined);
  if (fullest) return { state: 'placed', sfu: fullest };
  if (takers.length > 0 && !view.mayGrow) {
    const message = `Every SFU pod of MediaPool "${pool}" is full (pods: ${takers.length}, rooms per pod: ${view.roomsPerPod}). Raise its maximum, or end other rooms.`;
    return waiting('PoolFull', message);
  }
  if (view.struggling) {
    const message = `An SFU pod of MediaPool "${pool}" cannot run: "kubectl describe mediapool ${pool}" says why.`;
    return waiting('WaitingForSfu', message);
  }
  return waiting('WaitingForSfu', `An SFU pod of MediaPool "${pool}" is on its way.`);
}

function waiting(reason: WaitingReason, message: string): Place {
  return { state: 'waiting', reason, message };
}
