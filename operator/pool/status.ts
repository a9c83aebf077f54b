import {
  type MediaPool,
  type MediaPoolSpec,
  type MediaPoolStatus,
  mediaPoolConditions,
} from '@parley/resources';
import { isOver, isReady, isTerminating, labels, type Pod, podProblem, podRole } from '../kinds.ts';
import type { PodLoad } from '../ledger.ts';
import { condition, toConditions, type Verdict } from '../runtime/index.ts';
import { endpointsOf, isSharedRelay } from './endpoints.ts';
import type { PodsProblem } from './exposer.ts';
import type { PoolVerdict } from './judge.ts';
import { isLost, type Member } from './member.ts';

/** How an accepted pool is. */
export interface PoolSituation {
  members: readonly Member[];
  /** Names of the pods that are to become empty: no rooms come there. */
  emptying: ReadonlySet<string>;
  /** Why pods could not be made or reached. */
  problem: PodsProblem | undefined;
  /** Whether new pods have not served for too long. */
  isRolloutStuck: boolean;
}

interface Figures {
  pool: MediaPool;
  pods: readonly Pod[];
  load: (pod: string) => PodLoad;
  /** How many rooms have media on SFU pods that go. */
  leavingRooms: number;
  now: Date;
}

export interface PoolStatusFacts extends Figures {
  verdict: PoolVerdict;
  /** Undefined if its spec is impossible. */
  situation: PoolSituation | undefined;
}

/** The whole status of a MediaPool that is not being deleted. */
export function poolStatus({ verdict, situation, ...figures }: PoolStatusFacts): MediaPoolStatus {
  const free = verdict.accepted && situation ? freeOf(situation, verdict.spec, figures.load) : [];
  const counts = count(figures, updatedOf(situation?.members ?? []).sfus.updated, free);
  const verdicts = [
    accepted(verdict),
    ready(verdict, counts, situation, problemsOf(figures.pods, situation?.members ?? [])),
    upToDate(situation, counts.drainingPods),
  ];
  return withConditions(figures, counts, verdicts);
}

/** The status of a MediaPool that waits for its pods to go. */
export function endingStatus(figures: Figures): MediaPoolStatus {
  const counts = count(figures, 0, []);
  const type = mediaPoolConditions.ready;
  const message = `The MediaPool is being deleted. It goes once its pods have gone (${figures.pods.length} left): people may finish their calls.`;
  const kept = [mediaPoolConditions.accepted, mediaPoolConditions.upToDate].flatMap(
    name => condition(figures.pool.status.conditions, name) ?? [],
  );
  const ending: Verdict = { type, status: 'False', reason: 'Ending', message };
  const status = withConditions(figures, counts, [ending]);
  return { ...status, conditions: [...kept, ...status.conditions] };
}

type Counts = Omit<MediaPoolStatus, 'conditions' | 'observedGeneration'>;

function withConditions({ pool, now }: Figures, counts: Counts, verdicts: Verdict[]): MediaPoolStatus {
  const { generation } = pool.metadata;
  const conditions = toConditions(pool.status.conditions, verdicts, generation, now);
  return { observedGeneration: generation, conditions, ...counts };
}

/** For each SFU pod that takes rooms, how many more it has space for. */
function freeOf({ members, emptying }: PoolSituation, { capacity }: MediaPoolSpec, load: Figures['load']) {
  return members.flatMap(({ role, serves, going, pod }) => {
    const { name } = pod.metadata;
    if (role !== 'sfu' || !serves || going || emptying.has(name)) return [];
    return [freePlaces(load(name), capacity.roomsPerPod)];
  });
}

/** How many more rooms an SFU pod that takes rooms has space for. */
export function freePlaces({ rooms, dedicated }: PodLoad, roomsPerPod: number): number {
  return dedicated > 0 ? 0 : Math.max(0, roomsPerPod - rooms);
}

/** @param free for each SFU pod that takes rooms, how many more it has space for. */
function count(
  { pool, pods, load, leavingRooms }: Figures,
  updatedPods: number,
  free: readonly number[],
): Counts {
  const sfus = pods.filter(pod => podRole(pod) === 'sfu' && !isOver(pod));
  return {
    pods: sfus.filter(pod => !isTerminating(pod)).length,
    readyPods: free.length,
    updatedPods,
    drainingPods: sfus.filter(isTerminating).length,
    leavingRooms,
    readyRelays: pods.filter(pod => isSharedRelay(pod) && !isTerminating(pod) && isReady(pod)).length,
    rooms: sum(sfus.map(pod => load(pod.metadata.name).rooms)),
    freeRooms: sum(free),
    selector: `${labels.pool}=${pool.metadata.name},${labels.component}=sfu`,
    endpoints: endpointsOf(pods),
  };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

function accepted(verdict: PoolVerdict): Verdict {
  const type = mediaPoolConditions.accepted;
  return verdict.accepted
    ? { type, status: 'True', reason: 'Valid', message: 'The spec is possible.' }
    : { type, status: 'False', reason: verdict.reason, message: verdict.message };
}

/** A sentence on the first pod that cannot run, or nothing. */
function problemsOf(pods: readonly Pod[], members: readonly Member[]): string {
  for (const pod of pods) {
    const problem = isTerminating(pod) ? undefined : podProblem(pod);
    if (problem !== undefined) return ` Pod ${pod.metadata.name} cannot run: ${problem}`;
  }
  const lost = members.find(member => !member.going && isLost(member))?.pod;
  return lost ? ` Node ${lost.spec.nodeName} of pod ${lost.metadata.name} does not answer.` : '';
}

function ready(
  verdict: PoolVerdict,
  { readyPods, readyRelays }: Counts,
  situation: PoolSituation | undefined,
  problems: string,
): Verdict {
  const type = mediaPoolConditions.ready;
  if (!verdict.accepted) {
    return { type, status: 'False', reason: 'Rejected', message: 'The spec has to be corrected first.' };
  }
  const { minimum, turn } = verdict.spec;
  const message = `${readyPods} of at least ${minimum} SFU pods and ${readyRelays} of ${turn.replicas} relays are ready.`;
  const isServed = readyPods >= minimum && readyRelays >= turn.replicas;
  const problem = situation?.problem;
  // What only keeps a roll-out from going on stands in UpToDate: the pods that are there serve.
  const hindersRolloutOnly = isServed && situation?.members.some(member => member.outdated && !member.going);
  if (problem && !hindersRolloutOnly) return { type, status: 'False', ...problem };
  return isServed
    ? { type, status: 'True', reason: 'PodsReady', message }
    : { type, status: 'False', reason: 'WaitingForPods', message: message + problems };
}

function updatedOf(members: readonly Member[]) {
  const own = members.filter(member => !member.going && !isLost(member) && member.node !== 'gone');
  const ofRole = (role: string) => {
    const all = own.filter(member => member.role === role && !member.pod.metadata.labels[labels.room]);
    return { all: all.length, updated: all.filter(({ outdated }) => !outdated).length };
  };
  return { sfus: ofRole('sfu'), relays: ofRole('turn') };
}

function upToDate(situation: PoolSituation | undefined, draining: number): Verdict {
  const type = mediaPoolConditions.upToDate;
  if (!situation) {
    const message = 'The spec has to be corrected first.';
    return { type, status: 'Unknown', reason: 'Rejected', message };
  }
  const { sfus, relays } = updatedOf(situation.members);
  const drains = draining > 0 ? ` SFU pods that people may still finish their calls on: ${draining}.` : '';
  const message = `${sfus.updated} of ${sfus.all} SFU pods and ${relays.updated} of ${relays.all} relays are made as the pool says now.${drains}`;
  if (sfus.updated === sfus.all && relays.updated === relays.all) {
    return {
      type,
      status: 'True',
      reason: 'AllPodsUpdated',
      message: 'All pods are made as the pool says now.',
    };
  }
  const { problem, members, isRolloutStuck } = situation;
  if (problem)
    return { type, status: 'False', reason: problem.reason, message: `${message} ${problem.message}` };
  if (!isRolloutStuck) return { type, status: 'False', reason: 'RollingOut', message };
  const fresh = members.filter(member => !member.outdated).map(({ pod }) => pod);
  const why = problemsOf(fresh, []) || ' New pods do not become ready.';
  return {
    type,
    status: 'False',
    reason: 'RolloutStuck',
    message: `${message} The others stay until new ones serve.${why}`,
  };
}
