import { isOver, isReady, isTerminating, type Pod } from '../kinds.ts';

/** A relay that a room has for itself. */
export interface OwnRelay {
  pod: Pod;
  /** Whether it is made as its pool says now, and its node stays. */
  fresh: boolean;
  /** Whether its node is gone, and it with it. */
  lost: boolean;
}

export interface RelayPlan {
  make: boolean;
  remove: Pod[];
  /** The one that clients are told, once it is ready. */
  serving: Pod | undefined;
}

/** What a room that wants a relay for itself needs: one that is fresh. Another serves until that is ready. */
export function planRelay(relays: readonly OwnRelay[]): RelayPlan {
  const staying = relays.filter(({ pod }) => !isTerminating(pod));
  const useless = staying.filter(({ pod, lost }) => lost || isOver(pod));
  const useful = staying.filter(relay => !useless.includes(relay)).sort(byWorth);
  const [chosen] = useful;
  const fresh = useful.find(relay => relay.fresh);
  const done = chosen?.fresh === true && isReady(chosen.pod);
  const kept = done ? [chosen] : [chosen, fresh];
  return {
    make: fresh === undefined,
    remove: [...useless, ...useful.filter(relay => !kept.includes(relay))].map(({ pod }) => pod),
    serving: chosen?.pod,
  };
}

/** Ready ones first, then fresh ones, then the oldest. */
function byWorth(a: OwnRelay, b: OwnRelay): number {
  const worth = ({ pod, fresh }: OwnRelay) => 2 * Number(isReady(pod)) + Number(fresh);
  const age = ({ pod }: OwnRelay) => pod.metadata.creationTimestamp + pod.metadata.name;
  return worth(b) - worth(a) || (age(a) < age(b) ? -1 : 1);
}
