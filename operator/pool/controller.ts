import type { MediaPool } from '@parley/resources';
import { finalizers, mediaPools, type Pod } from '../kinds.ts';
import type { Ledger } from '../ledger.ts';
import {
  type EventRecorder,
  isStatus,
  type KubeApi,
  type Store,
  withFinalizer,
  withoutFinalizer,
} from '../runtime/index.ts';
import type { Census } from './census.ts';
import type { Exposer, PodsProblem } from './exposer.ts';
import type { Fleet } from './fleet.ts';
import { judgePool } from './judge.ts';
import type { Keeper } from './keeper.ts';
import { Maker } from './maker.ts';
import { isStuck, type Member, overdueInMs } from './member.ts';
import type { AcceptedPool, PodSettings } from './pod.ts';
import { followRollout, type Rollout } from './rollout.ts';
import { planScale, type ScalePlan } from './scale.ts';
import { endingStatus, type PoolSituation, poolStatus } from './status.ts';
import { liveFiguresMs, StatusWriter } from './status-writer.ts';
import { ripeSurplus } from './surplus.ts';
import { templateName } from './template-name.ts';

export interface PoolControllerDeps {
  api: KubeApi;
  events: EventRecorder;
  pools: Store<MediaPool>;
  fleet: Fleet;
  ledger: Ledger;
  exposer: Exposer;
  census: Census;
  keeper: Keeper;
  /** How many rooms of a pool have media on SFU pods that go. */
  leavingRooms: (pool: string) => number;
  settings: PodSettings;
  /** How long a pool has to have an SFU pod too many before it goes, in milliseconds. */
  scaleInDelayMs: number;
  /** How long a pod may take until it serves before it is replaced, in milliseconds. */
  stuckMs: number;
}

/** After how long to look again. */
type Pauses = (number | undefined)[];

/** Keeps each MediaPool's pods and status as they should be. To be run with one worker, as ports are given out. */
export class PoolReconciler {
  readonly #deps: PoolControllerDeps;
  readonly #status: StatusWriter;
  readonly #maker: Maker;
  readonly #surplusSince = new Map<string, readonly number[]>();
  readonly #rollouts = new Map<string, Rollout>();

  constructor(deps: PoolControllerDeps) {
    this.#deps = deps;
    this.#status = new StatusWriter(deps);
    this.#maker = new Maker(deps.keeper, deps.settings);
  }

  async reconcile(name: string): Promise<{ againAfterMs?: number } | undefined> {
    const pool = this.#deps.pools.get(name);
    if (!pool) return this.#forget(name);
    if (pool.metadata.deletionTimestamp !== undefined) return this.#end(pool);
    await this.#addFinalizer(pool);
    await this.#deps.exposer.removeStrayServices(name);
    const verdict = judgePool(pool.spec);
    const pauses: Pauses = [];
    const situation = verdict.accepted
      ? await this.#scale({ metadata: pool.metadata, spec: verdict.spec }, pauses)
      : undefined;
    pauses.push(
      await this.#status.write(name, (latest, now) =>
        poolStatus({
          pool: latest,
          verdict,
          pods: this.#deps.fleet.podsOf(name),
          load: pod => this.#deps.ledger.load(pod),
          leavingRooms: this.#deps.leavingRooms(name),
          situation,
          now,
        }),
      ),
    );
    return soonest(pauses);
  }

  /** The pool is gone: what is left of it goes, too. */
  async #forget(name: string): Promise<undefined> {
    this.#status.forget(name);
    this.#surplusSince.delete(name);
    this.#rollouts.delete(name);
    this.#deps.census.forget(name);
    const left = this.#deps.fleet.podsOf(name);
    await this.#deps.keeper.force(undefined, await this.#withoutNode(left));
    await this.#deps.keeper.retire(
      undefined,
      left.map(pod => ({ pod, why: 'its MediaPool is gone' })),
    );
    await this.#deps.exposer.removeStrayServices(name);
  }

  /** Lets the pods go. The pool stays until they have: people finish their calls. */
  async #end(pool: MediaPool): Promise<{ againAfterMs?: number } | undefined> {
    const { api, fleet, keeper, pools, exposer } = this.#deps;
    const { name } = pool.metadata;
    const finish = withoutFinalizer(pool.metadata, finalizers.pool);
    if (!finish) return undefined;
    await keeper.force(pool, await this.#withoutNode(fleet.podsOf(name)));
    const why = 'its MediaPool is being deleted';
    await keeper.retire(
      pool,
      fleet.podsOf(name).map(pod => ({ pod, why })),
    );
    const waits = fleet.podsOf(name).map(pod => overdueInMs(pod, Date.now()));
    if (waits.some(ms => ms > 0)) {
      await this.#status.write(name, (latest, now) =>
        endingStatus({
          pool: latest,
          pods: fleet.podsOf(name),
          load: pod => this.#deps.ledger.load(pod),
          leavingRooms: this.#deps.leavingRooms(name),
          now,
        }),
      );
      return { againAfterMs: Math.max(...waits) };
    }
    await exposer.removeStrayServices(name);
    const released = await api.patch(mediaPools, pool.metadata, finish).catch((error: unknown) => {
      if (!isStatus(error, 404)) throw error;
    });
    if (released) pools.put(released);
    return undefined;
  }

  async #withoutNode(pods: readonly Pod[]): Promise<Pod[]> {
    const lost: Pod[] = [];
    for (const pod of pods) if (await this.#deps.census.isNodeGone(pod)) lost.push(pod);
    return lost;
  }

  async #addFinalizer(pool: MediaPool): Promise<void> {
    const patch = withFinalizer(pool.metadata, finalizers.pool);
    if (patch) this.#deps.pools.put(await this.#deps.api.patch(mediaPools, pool.metadata, patch));
  }

  async #scale(pool: AcceptedPool, pauses: Pauses): Promise<PoolSituation> {
    const { census, exposer, fleet, keeper, ledger, stuckMs } = this.#deps;
    const { name } = pool.metadata;
    const unaddressed = await exposer.tend(pool);
    const now = Date.now();
    const members = await census.members(pool, now);
    const plan = planScale({
      spec: pool.spec,
      members,
      demand: ledger.demand(name),
      emptying: fleet.emptying(name),
      stuckMs,
    });
    await keeper.force(pool, podsOf(plan.force));
    this.#maker.noteEnded(pool, plan, now);
    await keeper.retire(
      pool,
      plan.retire.map(({ member, why, lost }) => ({ pod: member.pod, why, lost })),
    );
    await this.#scaleIn(pool, plan, pauses);
    const noRelay = await this.#maker.make(
      pool,
      'turn',
      plan.addRelays,
      async () => exposer.turnPod(pool),
      pauses,
    );
    const noSfu = await this.#maker.make(pool, 'sfu', plan.addSfus, () => exposer.sfuPod(pool), pauses);
    const problem = noSfu ?? noRelay ?? unaddressed;
    const after = await census.members(pool, now);
    for (const { serves, idleMs } of after) if (!serves && idleMs < stuckMs) pauses.push(stuckMs - idleMs);
    for (const { pod, going, overdue } of after) if (going && !overdue) pauses.push(overdueInMs(pod, now));
    return {
      members: after,
      emptying: fleet.emptying(name),
      problem,
      isRolloutStuck: this.#isRolloutStuck(pool, after, problem, pauses),
    };
  }

  /** Lets go what has been superfluous for a while, and sees to it that the rest of it becomes empty. */
  async #scaleIn(pool: AcceptedPool, plan: ScalePlan, pauses: Pauses): Promise<void> {
    const { fleet, keeper, scaleInDelayMs } = this.#deps;
    const { name } = pool.metadata;
    const since = this.#surplusSince.get(name) ?? [];
    const ripe = ripeSurplus({ ...plan, since, delayMs: scaleInDelayMs, now: Date.now() });
    this.#surplusSince.set(name, ripe.since);
    fleet.mark(name, { stale: namesOf(plan.stale), emptying: namesOf(ripe.emptying) });
    // Nothing tells that people have left a pod.
    pauses.push(ripe.waitMs, ripe.emptying.length > 0 ? liveFiguresMs : undefined);
    const why = 'nobody is on it and the pool does not need it';
    await keeper.retire(
      pool,
      ripe.go.map(({ pod }) => ({ pod, why })),
    );
  }

  #isRolloutStuck(
    pool: AcceptedPool,
    members: readonly Member[],
    problem: PodsProblem | undefined,
    pauses: Pauses,
  ): boolean {
    const { stuckMs, settings } = this.#deps;
    const { name } = pool.metadata;
    const fresh = members.filter(({ outdated, going, own }) => own && !outdated && !going);
    const now = Date.now();
    const facts = {
      template: (['sfu', 'turn'] as const).map(role => templateName(role, pool.spec, settings)).join(),
      serving: fresh.filter(({ serves }) => serves).length,
      isWaiting: problem !== undefined || fresh.some(({ serves }) => !serves),
    };
    const rollout = followRollout(this.#rollouts.get(name), facts, now);
    this.#rollouts.set(name, rollout);
    const waitMs = rollout.at + stuckMs - now;
    if (facts.isWaiting && waitMs > 0) pauses.push(waitMs);
    return waitMs <= 0 || fresh.some(member => isStuck(member, stuckMs));
  }
}

const podsOf = (members: readonly Member[]) => members.map(({ pod }) => pod);
const namesOf = (members: readonly Member[]) => new Set(members.map(({ pod }) => pod.metadata.name));

function soonest(pauses: Pauses): { againAfterMs?: number } | undefined {
  const known = pauses.filter(ms => ms !== undefined);
  return known.length > 0 ? { againAfterMs: Math.min(...known) } : undefined;
}
