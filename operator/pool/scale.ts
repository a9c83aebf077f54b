import type { MediaPoolSpec } from '@parley/resources';
import { labels } from '../kinds.ts';
import type { PoolDemand } from '../ledger.ts';
import { type Departure, planExchange } from './exchange.ts';
import { byUse, isLost, type Member, staleReason, uselessReason } from './member.ts';

export interface ScaleFacts {
  spec: MediaPoolSpec;
  /** All pods with the pool's label. */
  members: readonly Member[];
  demand: PoolDemand;
  /** Names of the pods that were to become empty of people by the last plan. */
  emptying: ReadonlySet<string>;
  /** After how long a pod that does not serve is replaced, in milliseconds. */
  stuckMs: number;
}

export interface ScalePlan {
  addSfus: number;
  addRelays: number;
  /** Pods whose node is gone: nobody will ever say that they have ended. */
  force: Member[];
  /** Pods that go now. */
  retire: Departure[];
  /** SFU pods that are more than is wished. Nobody is on them. */
  surplus: Member[];
  /** SFU pods that are more than is wished and go once nobody is on them: no more rooms come there. */
  emptying: Member[];
  /** Pods that are to be exchanged: rooms go to others first. */
  stale: Member[];
}

/**
 * How many SFU pods the pool should have: one for each dedicated room, and enough for the others and the free ones, within
 * its limits.
 */
export function wishedSfus(
  spec: MediaPoolSpec,
  { shared, dedicated }: Pick<PoolDemand, 'shared' | 'dedicated'>,
): number {
  const needed = dedicated + Math.ceil((shared + spec.freeRooms) / spec.capacity.roomsPerPod);
  return Math.min(spec.maximum, Math.max(spec.minimum, needed));
}

/** What has to be done so that the pool has the pods that it should have. */
export function planScale({ spec, members, demand, emptying, stuckMs }: ScaleFacts): ScalePlan {
  const { maxSurge } = spec.rollout;
  const force = members.filter(({ node }) => node === 'gone');
  // Dedicated relays belong to their rooms.
  const ours = members.filter(
    ({ node, pod }) => node !== 'gone' && pod.metadata.labels[labels.room] === undefined,
  );
  const useless = ours.flatMap(member => {
    const why = member.going ? undefined : uselessReason(member, stuckMs);
    return why === undefined ? [] : [{ member, why, lost: true }];
  });
  const gone = new Set(useless.map(({ member }) => member));
  const live = ours.filter(member => !member.going && !gone.has(member) && !isLost(member));
  // What nobody can say the end of must not hold up the others.
  const leaves = (member: Member) =>
    (member.going || gone.has(member)) && !member.overdue && member.node !== 'silent';
  const draining = (role: string) => ours.filter(member => member.role === role && leaves(member)).length;
  const isStale = (member: Member) => staleReason(member, stuckMs) !== undefined;

  const sfus = live.filter(({ role }) => role === 'sfu');
  // These rooms have a place, but only for a while.
  const losingTheirs = ours
    .filter(({ going, alive, role }) => going && alive && role === 'sfu')
    .reduce((sum, { load }) => sum + load.dedicated, 0);
  const waiting = demand.dedicatedWaiting + losingTheirs;
  const wished = withPlaceToGrow(
    withPlaceForDedicated(wishedSfus(spec, demand), sfus, waiting, spec.maximum),
    sfus,
    waiting,
    demand.growing > 0,
    spec.maximum,
  );
  const sfuPlan = planExchange({ live: sfus, draining: draining('sfu'), wished, maxSurge, stuckMs });
  const retired = new Set(sfuPlan.retire.map(({ member }) => member));
  const tooMany = excess(
    sfus.filter(member => !retired.has(member)),
    wished,
    maxSurge,
    isStale,
    emptying,
  );

  const relays = live.filter(({ role }) => role === 'turn');
  const replicas = spec.turn.replicas;
  const turnPlan = planExchange({
    live: relays,
    draining: draining('turn'),
    wished: replicas,
    maxSurge,
    stuckMs,
  });
  const turnRetired = new Set(turnPlan.retire.map(({ member }) => member));
  const relaysLeft = relays.filter(member => !turnRetired.has(member));
  const superfluous = excess(relaysLeft, replicas, maxSurge, isStale, emptying).map(member => ({
    member,
    why: 'it is more than spec.turn.replicas',
    lost: false,
  }));

  return {
    addSfus: sfuPlan.add,
    addRelays: turnPlan.add,
    force,
    retire: [...useless, ...sfuPlan.retire, ...turnPlan.retire, ...superfluous],
    surplus: tooMany.filter(({ people }) => people === 0),
    emptying: tooMany.filter(({ people }) => people > 0),
    stale: live.filter(isStale),
  };
}

/** Dedicated rooms wait until a pod is empty, however many rooms the others have space for. */
function withPlaceForDedicated(
  wished: number,
  sfus: readonly Member[],
  waiting: number,
  maximum: number,
): number {
  const empty = sfus.filter(({ load }) => load.rooms === 0).length;
  const lacking = Math.max(0, waiting - empty);
  return lacking === 0 ? wished : Math.min(maximum, Math.max(wished, sfus.length + lacking));
}

/** Rooms that outgrow their pods get an empty one, all together: they are looked at again once they are there. */
function withPlaceToGrow(
  wished: number,
  sfus: readonly Member[],
  waiting: number,
  grows: boolean,
  maximum: number,
): number {
  if (!grows) return wished;
  const busy = sfus.filter(({ load }) => load.rooms > 0).length;
  return Math.min(maximum, Math.max(wished, busy + waiting + 1));
}

/**
 * The pods that are too many. While some are exchanged, their replacements are not. A pod that a dedicated room has for
 * itself is never one of them, as the room would need another, nor one that carries a part of a room that is on several. What was to become empty is taken before other pods with
 * people, so that rooms are not sent to and fro.
 */
function excess(
  live: readonly Member[],
  wished: number,
  maxSurge: number,
  isStale: (member: Member) => boolean,
  emptying: ReadonlySet<string>,
): Member[] {
  const count = live.length - wished - (live.some(isStale) ? maxSurge : 0);
  if (count <= 0) return [];
  const order = byUse(isStale);
  const chosen = (member: Member) => member.people > 0 && !emptying.has(member.pod.metadata.name);
  return live
    .filter(({ load }) => load.dedicated === 0 && load.spread === 0)
    .sort((a, b) => (a.alive && b.alive ? Number(chosen(a)) - Number(chosen(b)) : 0) || order(a, b))
    .slice(0, count);
}
