import { type MediaPool, type MediaPoolStatus, mediaPoolConditions } from '@parley/resources';
import { isReady, isTerminating, type Pod, podProblem, podRole } from '../kinds.ts';
import type { PodLoad } from '../ledger.ts';
import { toConditions, type Verdict } from '../runtime/index.ts';
import { endpointsOf, isSharedRelay } from './endpoints.ts';
import type { PodsProblem } from './exposer.ts';
import type { PoolVerdict } from './judge.ts';
import type { PoolView } from './view.ts';

export interface PoolStatusFacts {
  pool: MediaPool;
  verdict: PoolVerdict;
  view: PoolView;
  pods: readonly Pod[];
  load: (pod: string) => PodLoad;
  /** Why pods could not be made or reached. */
  problem: PodsProblem | undefined;
  now: Date;
}

/** The whole status of a MediaPool. */
export function poolStatus({
  pool,
  verdict,
  view,
  pods,
  load,
  problem,
  now,
}: PoolStatusFacts): MediaPoolStatus {
  const sfus = pods.filter(pod => podRole(pod) === 'sfu' && !isTerminating(pod));
  const relays = pods.filter(pod => isSharedRelay(pod) && !isTerminating(pod) && isReady(pod)).length;
  const serving = view.sfus.filter(sfu => sfu.takesRooms);
  const free = serving.map(({ pod }) =>
    load(pod).dedicated > 0 ? 0 : Math.max(0, view.roomsPerPod - load(pod).rooms),
  );
  const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
  const { generation } = pool.metadata;
  const verdicts = [accepted(verdict), ready(verdict, serving.length, relays, problem, problemsOf(pods))];
  return {
    observedGeneration: generation,
    conditions: toConditions(pool.status.conditions, verdicts, generation, now),
    pods: sfus.length,
    readyPods: serving.length,
    updatedPods: sfus.length,
    drainingPods: pods.filter(pod => podRole(pod) === 'sfu' && isTerminating(pod)).length,
    readyRelays: relays,
    rooms: sum(pods.filter(pod => podRole(pod) === 'sfu').map(pod => load(pod.metadata.name).rooms)),
    freeRooms: sum(free),
    endpoints: endpointsOf(pods),
  };
}

function accepted(verdict: PoolVerdict): Verdict {
  const type = mediaPoolConditions.accepted;
  return verdict.accepted
    ? { type, status: 'True', reason: 'Valid', message: 'The spec is possible.' }
    : { type, status: 'False', reason: verdict.reason, message: verdict.message };
}

/** A sentence on the first pod that cannot run, or nothing. */
function problemsOf(pods: readonly Pod[]): string {
  for (const pod of pods) {
    const problem = isTerminating(pod) ? undefined : podProblem(pod);
    if (problem !== undefined) return ` Pod ${pod.metadata.name} cannot run: ${problem}`;
  }
  return '';
}

function ready(
  verdict: PoolVerdict,
  sfus: number,
  relays: number,
  problem: PodsProblem | undefined,
  problems: string,
): Verdict {
  const type = mediaPoolConditions.ready;
  if (!verdict.accepted) {
    return { type, status: 'False', reason: 'Rejected', message: 'The spec has to be corrected first.' };
  }
  const { minimum, turn } = verdict.spec;
  if (problem) return { type, status: 'False', ...problem };
  const message = `${sfus} of at least ${minimum} SFU pods and ${relays} of ${turn.replicas} relays are ready.`;
  return sfus >= minimum && relays >= turn.replicas
    ? { type, status: 'True', reason: 'PodsReady', message }
    : { type, status: 'False', reason: 'WaitingForPods', message: message + problems };
}
