import type { V1Pod } from '@kubernetes/client-node';
import { type MediaPool, mediaPoolConditions } from '@parley/resources';
import type { Logger } from '@parley/telemetry';
import { finalizers, mediaPools, type Pod, pods } from '../kinds.ts';
import type { Ledger } from '../ledger.ts';
import {
  condition,
  type EventRecorder,
  type Happening,
  isStatus,
  type KubeApi,
  mergePatch,
  type Store,
  withFinalizer,
  withoutFinalizer,
} from '../runtime/index.ts';
import { Throttle } from '../throttle.ts';
import { type Exposer, type PodsProblem, podsProblem } from './exposer.ts';
import type { Fleet } from './fleet.ts';
import { judgePool, type PoolVerdict } from './judge.ts';
import { type AcceptedPool, type PodSettings, podName, templateName } from './pod.ts';
import { planScale } from './scale.ts';
import { poolStatus } from './status.ts';

export interface PoolControllerDeps {
  api: KubeApi;
  log: Logger;
  events: EventRecorder;
  pools: Store<MediaPool>;
  pods: Store<Pod>;
  fleet: Fleet;
  ledger: Ledger;
  exposer: Exposer;
  settings: PodSettings;
  /** How long a pod has to be superfluous before it goes, in milliseconds. */
  scaleInDelayMs: number;
}

/** How often the counts of rooms in a pool's status change at most. */
const liveFiguresMs = 10_000;
const liveFigures = new Set(['rooms', 'freeRooms']);
/** After how long pods that could not be made are tried again, in ms. */
const refusedAgainMs = 30_000;
/** Reasons of the Ready condition that an event tells of. */
const podsReasons = new Set(['NoFreePorts', 'NoAddress', 'PodRefused', 'PodsReady']);

/** Keeps each MediaPool's pods and status as they should be. To be run with one worker, as ports are given out. */
export class PoolReconciler {
  readonly #deps: PoolControllerDeps;
  readonly #figures = new Throttle(liveFiguresMs);
  readonly #surplusSince = new Map<string, number>();

  constructor(deps: PoolControllerDeps) {
    this.#deps = deps;
  }

  async reconcile(name: string): Promise<{ againAfterMs?: number } | undefined> {
    const pool = this.#deps.pools.get(name);
    if (!pool) return this.#forget(name);
    if (pool.metadata.deletionTimestamp !== undefined) return this.#end(pool);
    await this.#addFinalizer(pool);
    const verdict = judgePool(pool.spec);
    await this.#deps.exposer.removeStrayServices(name);
    const { problem, waitMs } = verdict.accepted
      ? await this.#scale({ metadata: pool.metadata, spec: verdict.spec })
      : { problem: undefined, waitMs: undefined };
    const figuresMs = await this.#writeStatus(name, verdict, problem);
    const pauses = [waitMs, figuresMs].filter(ms => ms !== undefined);
    return pauses.length > 0 ? { againAfterMs: Math.min(...pauses) } : undefined;
  }

  /** The pool is gone: what is left of it goes, too. */
  async #forget(name: string): Promise<undefined> {
    this.#figures.forget(name);
    this.#surplusSince.delete(name);
    await this.#remove(this.#deps.fleet.podsOf(name), 'its MediaPool is gone');
    await this.#deps.exposer.removeStrayServices(name);
  }

  async #end(pool: MediaPool): Promise<undefined> {
    await this.#remove(this.#deps.fleet.podsOf(pool.metadata.name), 'its MediaPool is being deleted');
    const patch = withoutFinalizer(pool.metadata, finalizers.pool);
    if (!patch) return;
    const released = await this.#deps.api.patch(mediaPools, pool.metadata, patch).catch((error: unknown) => {
      if (!isStatus(error, 404)) throw error;
    });
    if (!released) return;
    this.#deps.pools.put(released);
    this.#deps.log.info({ pool: pool.metadata.name }, 'removed a pool');
  }

  async #addFinalizer(pool: MediaPool): Promise<void> {
    const patch = withFinalizer(pool.metadata, finalizers.pool);
    if (patch) this.#deps.pools.put(await this.#deps.api.patch(mediaPools, pool.metadata, patch));
  }

  async #scale(
    pool: AcceptedPool,
  ): Promise<{ problem: PodsProblem | undefined; waitMs: number | undefined }> {
    const { exposer, fleet, ledger, settings } = this.#deps;
    const unaddressed = await exposer.tend(pool);
    const { name, uid } = pool.metadata;
    const plan = planScale({
      spec: pool.spec,
      poolUid: uid,
      template: role => templateName(role, pool.spec, settings),
      pods: fleet.podsOf(name).filter(pod => !fleet.isGoing(pod)),
      demand: ledger.demand(name),
      load: pod => ledger.load(pod),
    });
    await this.#remove(plan.remove, 'it has ended, cannot run or is not wanted');
    const waitMs = await this.#scaleIn(name, plan.surplus);
    try {
      for (let count = 0; count < plan.addRelays; count += 1) await this.#create(pool, exposer.turnPod(pool));
      for (let count = 0; count < plan.addSfus; count += 1)
        await this.#create(pool, await exposer.sfuPod(pool));
    } catch (error) {
      const problem = podsProblem(error);
      if (!problem) throw error;
      return { problem, waitMs: Math.min(waitMs ?? refusedAgainMs, refusedAgainMs) };
    }
    return { problem: unaddressed, waitMs };
  }

  /** Removes pods that have been superfluous for a while. @returns after how long to look again. */
  async #scaleIn(pool: string, surplus: Pod[]): Promise<number | undefined> {
    if (surplus.length === 0) {
      this.#surplusSince.delete(pool);
      return undefined;
    }
    const since = this.#surplusSince.get(pool) ?? Date.now();
    this.#surplusSince.set(pool, since);
    const waitMs = since + this.#deps.scaleInDelayMs - Date.now();
    if (waitMs > 0) return waitMs;
    this.#surplusSince.delete(pool);
    await this.#remove(surplus, 'it is empty and more than the pool needs');
    return undefined;
  }

  async #create(pool: AcceptedPool, pod: V1Pod): Promise<void> {
    const { api, log, events } = this.#deps;
    const name = pod.metadata?.name ?? podName(pool.metadata.name, 'sfu');
    const made = await api.create(pods, { namespace: this.#deps.settings.namespace, name }, pod);
    this.#deps.pods.put(made);
    log.info({ pool: pool.metadata.name, createdPod: name }, 'created a pod');
    events.record(mediaPools, pool, {
      type: 'Normal',
      reason: 'PodCreated',
      message: `Created pod ${name}.`,
    });
  }

  async #remove(unwanted: readonly Pod[], why: string): Promise<void> {
    const { api, log, fleet } = this.#deps;
    const going = unwanted.filter(pod => !fleet.isGoing(pod));
    fleet.retire(going);
    for (const pod of going) {
      const { name, namespace, uid } = pod.metadata;
      try {
        const left = await api.delete(pods, { name, namespace }, uid);
        if (left) this.#deps.pods.put(left);
      } catch (error) {
        for (const kept of going.slice(going.indexOf(pod))) fleet.keep(kept);
        throw error;
      }
      log.info({ removedPod: name }, `removed a pod: ${why}`);
    }
  }

  /** @returns after how long to look again, if only counts of rooms differ and they were written just now. */
  async #writeStatus(
    name: string,
    verdict: PoolVerdict,
    problem: PodsProblem | undefined,
  ): Promise<number | undefined> {
    const { api, pools, fleet, ledger, events } = this.#deps;
    const pool = pools.get(name);
    const view = fleet.view(name);
    if (!pool || !view) return undefined;
    const now = new Date();
    const status = poolStatus({
      pool,
      verdict,
      view,
      pods: fleet.podsOf(name),
      load: pod => ledger.load(pod),
      problem,
      now,
    });
    const patch = mergePatch(pool.status, status);
    if (!patch) return undefined;
    const onlyFigures = Object.keys(patch).every(field => liveFigures.has(field));
    const waitMs = onlyFigures ? this.#figures.waitMs(name, now.getTime()) : 0;
    if (waitMs > 0) return waitMs;
    pools.put(await api.patch(mediaPools, pool.metadata, { status: patch }, 'status'));
    this.#figures.passed(name, now.getTime());
    for (const happening of poolHappenings(pool, status.conditions))
      events.record(mediaPools, pool, happening);
    return undefined;
  }
}

/** Events for the conditions that changed. */
export function poolHappenings(
  before: MediaPool,
  conditions: MediaPool['status']['conditions'],
): Happening[] {
  const happenings: Happening[] = [];
  for (const now of conditions) {
    const old = condition(before.status.conditions, now.type);
    if (old?.status === now.status && old.reason === now.reason) continue;
    const refused = now.type === mediaPoolConditions.accepted && now.status === 'False';
    const noteworthy = refused || podsReasons.has(now.reason);
    if (!noteworthy) continue;
    const type = now.status === 'True' ? 'Normal' : 'Warning';
    happenings.push({ type, reason: now.reason, message: now.message });
  }
  return happenings;
}
