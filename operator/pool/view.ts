import type { SfuInstance, SfuRegistration } from '@parley/protocol';
import type { MediaPool, MediaPoolSpec } from '@parley/resources';
import { isOver, isReady, isTerminating, type Pod, podProblem, podRole } from '../kinds.ts';
import { isRelayOnly, isSharedRelay, turnUrls } from './endpoints.ts';
import { judgePool } from './judge.ts';
import type { Pressure } from './pressure.ts';

/**
 * Why an SFU goes. `ScaleIn`: the pool does not need it. `PodReplaced`: the pool let its pod go, for another or for good.
 * `PodDeleted`: somebody else did, such as a drain of its node. `SfuStopping`: its process was told to end.
 */
export const leavingReasons = ['ScaleIn', 'PodReplaced', 'PodDeleted', 'SfuStopping'] as const;
export type LeavingReason = (typeof leavingReasons)[number];

/** An SFU that lives. */
export interface Sfu {
  pod: string;
  instance: SfuInstance;
  controlUrl: string;
  /** Whether new rooms may go there. */
  takesRooms: boolean;
  /** Why its pod goes, or should: rooms leave it for others. Undefined: it stays. */
  leaving: LeavingReason | undefined;
  /** When the grace of its pod ends, in ms since 1970, if that is known. */
  graceEndsAt?: number;
  /** Whether its pod is made as the pool says now and its node stays; others get rooms only if these have no space. */
  fresh: boolean;
  /** How much of its workers is taken by what it sends, 0 to 1, if it says so. */
  used?: number | undefined;
  /** The same, told apart only where it matters. */
  pressure?: Pressure;
  /** Since when that has been `full`, in ms since 1970. */
  fullSince?: number;
  /** Whether it can share a room with other SFUs. */
  meshes?: boolean;
  /** The zone of its node, if that has one. */
  zone?: string;
  /** Whether clients reach it only through a relay. */
  relayOnly: boolean;
}

/** What placement needs to know of a pool. */
export interface PoolView {
  name: string;
  /** Why the pool takes no new rooms, or undefined if it does. */
  refusal: string | undefined;
  roomsPerPod: number;
  placement: MediaPoolSpec['placement'];
  participantsPerRoom: number;
  /** Whether an SFU is on its way or may be added. */
  mayGrow: boolean;
  /** Whether an SFU pod is there that cannot run. */
  struggling: boolean;
  sfus: Sfu[];
  /** How many relays its rooms should share. */
  relays: number;
  /** URLs of those that are ready. */
  turnUrls: string[];
}

export interface PoolFacts {
  pool: MediaPool;
  pods: readonly Pod[];
  registration: (pod: string) => SfuRegistration | undefined;
  /** Why the operator chose the pod to go, if it did. */
  chosen: (pod: string) => 'ScaleIn' | 'PodReplaced' | undefined;
  /** Whether the pod is to be exchanged. */
  isStale: (pod: string) => boolean;
  /** The zone of the pod's node, if it is known. */
  zoneOf: (pod: Pod) => string | undefined;
}

/** Makes the view from what Kubernetes and the SFUs say, but for what changes with each of their words. */
export function viewPool({ pool, pods, registration, chosen, isStale, zoneOf }: PoolFacts): PoolView {
  const { name } = pool.metadata;
  const verdict = judgePool(pool.spec);
  const ending = pool.metadata.deletionTimestamp !== undefined;
  const refusal = ending
    ? `MediaPool "${name}" is being deleted.`
    : verdict.accepted
      ? undefined
      : `MediaPool "${name}" is not as it should be: ${verdict.message}`;
  const sfuPods = pods.filter(pod => podRole(pod) === 'sfu');
  const sfus = sfuPods.flatMap(pod => {
    const registered = registration(pod.metadata.name);
    if (!registered || isOver(pod)) return [];
    const leaving = leavingReason(pod, registered, chosen(pod.metadata.name));
    const takesRooms = refusal === undefined && isReady(pod) && leaving === undefined;
    const { instance, controlUrl } = registered;
    const fresh = !isStale(pod.metadata.name);
    const relayOnly = isRelayOnly(pod);
    const { name, deletionTimestamp } = pod.metadata;
    const ends = deletionTimestamp === undefined ? {} : { graceEndsAt: Date.parse(deletionTimestamp) };
    const zone = zoneOf(pod);
    const where = zone === undefined ? {} : { zone };
    return [{ pod: name, instance, controlUrl, takesRooms, leaving, fresh, relayOnly, ...ends, ...where }];
  });
  const staying = sfuPods.filter(pod => !isTerminating(pod)).length;
  const spec = verdict.accepted ? verdict.spec : undefined;
  return {
    name,
    refusal,
    roomsPerPod: spec?.capacity.roomsPerPod ?? 0,
    placement: spec?.placement ?? 'Packed',
    participantsPerRoom: spec?.capacity.participantsPerRoom ?? Number.POSITIVE_INFINITY,
    mayGrow: staying < (spec?.maximum ?? 0) || sfus.filter(sfu => sfu.takesRooms).length < staying,
    struggling: sfuPods.some(pod => !isTerminating(pod) && podProblem(pod) !== undefined),
    sfus: sfus.sort((a, b) => (a.pod < b.pod ? -1 : 1)),
    relays: spec?.turn.replicas ?? 0,
    turnUrls: [...new Set(pods.filter(isSharedRelay).flatMap(turnUrls))].sort(),
  };
}

function leavingReason(
  pod: Pod,
  { state }: SfuRegistration,
  chosen: 'ScaleIn' | 'PodReplaced' | undefined,
): LeavingReason | undefined {
  if (chosen !== undefined) return chosen;
  if (isTerminating(pod)) return 'PodDeleted';
  return state === 'draining' ? 'SfuStopping' : undefined;
}
