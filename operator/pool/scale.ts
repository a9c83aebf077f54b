import type { MediaPoolSpec } from '@parley/resources';
import { isOver, isReady, type Pod, podProblem, podRole, templateAnnotation } from '../kinds.ts';
import type { PodLoad, PoolDemand } from '../ledger.ts';

export interface ScaleFacts {
  spec: MediaPoolSpec;
  poolUid: string;
  /** From which template pods are made now. */
  template: string;
  /** The pods that carry the pool's label and are not going. */
  pods: readonly Pod[];
  demand: PoolDemand;
  load: (pod: string) => PodLoad;
}

export interface ScalePlan {
  addSfus: number;
  addRelays: number;
  /** Ended, unable to run as they were made, superfluous relays, or of an earlier pool of this name. */
  remove: Pod[];
  /** Empty SFU pods that are more than is wished. */
  surplus: Pod[];
}

/** How many SFU pods the pool should have: enough for its rooms and the free ones, within its limits. */
export function wishedSfus(
  spec: MediaPoolSpec,
  { shared, dedicated }: Omit<PoolDemand, 'dedicatedWaiting'>,
): number {
  const needed = dedicated + Math.ceil((shared + spec.freeRooms) / spec.capacity.roomsPerPod);
  return Math.min(spec.maximum, Math.max(spec.minimum, needed));
}

/** What has to be done so that the pool has the pods that it should have. */
export function planScale({ spec, poolUid, template, pods, demand, load }: ScaleFacts): ScalePlan {
  const isOwn = (pod: Pod) => pod.metadata.ownerReferences.some(owner => owner.uid === poolUid);
  // One that cannot run gets another chance only when the pool has changed: else the next would fare the same.
  const isOutdated = (pod: Pod) => pod.metadata.annotations[templateAnnotation] !== template;
  const isStuck = (pod: Pod) => podProblem(pod) !== undefined && isOutdated(pod);
  const remove = pods.filter(pod => isOver(pod) || !isOwn(pod) || isStuck(pod));
  const staying = pods.filter(pod => !remove.includes(pod));
  const sfus = staying.filter(pod => podRole(pod) === 'sfu');
  const relays = staying.filter(pod => podRole(pod) === 'turn');
  const wished = wishedSfus(spec, demand);
  const empty = sfus.filter(pod => load(pod.metadata.name).rooms === 0).sort(firstToGo);
  return {
    addSfus: Math.max(0, wished - sfus.length),
    addRelays: Math.max(0, spec.turn.replicas - relays.length),
    remove: [...remove, ...relays.sort(firstToGo).slice(0, Math.max(0, relays.length - spec.turn.replicas))],
    surplus: empty.slice(0, Math.max(0, sfus.length - wished)),
  };
}

/** Those that are not ready go first, then the youngest. */
function firstToGo(a: Pod, b: Pod): number {
  const ready = Number(isReady(a)) - Number(isReady(b));
  if (ready !== 0) return ready;
  const [first, second] = [a.metadata, b.metadata].map(
    ({ creationTimestamp, name }) => creationTimestamp + name,
  );
  return (first ?? '') < (second ?? '') ? 1 : -1;
}
