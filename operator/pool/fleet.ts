import { isDeepStrictEqual } from 'node:util';
import type { MediaPool } from '@parley/resources';
import { isTerminating, type Node, type Pod, podPool, zoneOf } from '../kinds.ts';
import type { Registrations } from '../redis/registrations.ts';
import type { SfuLoads } from '../redis/sfu-loads.ts';
import type { Store } from '../runtime/index.ts';
import { type PoolView, viewPool } from './view.ts';

export interface FleetOptions {
  pools: Store<MediaPool>;
  pods: Store<Pod>;
  nodes: Store<Node>;
  registrations: Pick<Registrations, 'get'>;
  loads: Pick<SfuLoads, 'get'>;
  /** Is told of pools whose rooms may have to be looked at. */
  onChange: (pool: string) => void;
}

/** What the pool's plan says of its pods, by name. It is made anew from what is there, and stands nowhere else. */
interface Marks {
  stale: ReadonlySet<string>;
  emptying: ReadonlySet<string>;
}

/** The pools as their rooms see them, kept up to date as pools, pods and SFUs change. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #pods = new Map<string, Map<string, Pod>>();
  readonly #views = new Map<string, PoolView>();
  /** Pods that were chosen to go but are not yet known to be going. */
  readonly #leaving = new Set<string>();
  readonly #marks = new Map<string, Marks>();

  constructor(options: FleetOptions) {
    this.#options = options;
    options.pools.onChange(key => this.refresh(key));
    options.pods.onChange((key, now, before) => {
      const [pool, earlier] = [podPool(now), podPool(before)];
      if (pool !== undefined && now) this.#pods.set(pool, this.#podsIn(pool).set(key, now));
      // Somebody may have labelled it anew.
      if (earlier !== undefined && earlier !== pool) {
        const left = this.#podsIn(earlier);
        left.delete(key);
        if (left.size === 0) this.#pods.delete(earlier);
      }
      if (!now && before) this.#leaving.delete(before.metadata.name);
      for (const name of new Set([pool, earlier])) if (name !== undefined) this.refresh(name);
    });
    options.nodes.onChange((name, now, before) => {
      if (zoneOf(now) === zoneOf(before)) return;
      for (const [pool, pods] of this.#pods)
        if ([...pods.values()].some(({ spec }) => spec.nodeName === name)) this.refresh(pool);
    });
  }

  /** The pool with the loads of its SFUs as they are now. Undefined if there is no such pool. */
  view(pool: string): PoolView | undefined {
    const view = this.#views.get(pool);
    return view && { ...view, sfus: view.sfus.map(sfu => ({ ...sfu, ...this.#options.loads.get(sfu.pod) })) };
  }

  /** All pods with the pool's label, whether or not there is such a pool. */
  podsOf(pool: string): Pod[] {
    return [...this.#podsIn(pool).values()];
  }

  #podsIn(pool: string): Map<string, Pod> {
    return this.#pods.get(pool) ?? new Map();
  }

  /** From now on no room is placed on these pods. */
  retire(pods: readonly Pod[]): void {
    for (const pod of pods) this.#leaving.add(pod.metadata.name);
    for (const pool of new Set(pods.map(podPool))) if (pool !== undefined) this.refresh(pool);
  }

  /** Takes `retire` back, as these pods could not be deleted. */
  keep(pods: readonly Pod[]): void {
    for (const pod of pods) this.#leaving.delete(pod.metadata.name);
    for (const pool of new Set(pods.map(podPool))) if (pool !== undefined) this.refresh(pool);
  }

  /** From now on rooms prefer other pods than the stale ones, and come to those that are to become empty no more. */
  mark(pool: string, marks: Marks): void {
    this.#marks.set(pool, marks);
    this.refresh(pool);
  }

  /** Names of the pods that are to become empty. */
  emptying(pool: string): ReadonlySet<string> {
    return this.#marks.get(pool)?.emptying ?? new Set();
  }

  /** Whether the pod was retired or is terminating. */
  isGoing(pod: Pod): boolean {
    return isTerminating(pod) || this.#leaving.has(pod.metadata.name);
  }

  /** Makes the view anew; says so if it differs. */
  refresh(name: string): void {
    const pool = this.#options.pools.get(name);
    const before = this.#views.get(name);
    const marks = this.#marks.get(name);
    if (!pool) this.#marks.delete(name);
    const now = pool
      ? viewPool({
          pool,
          pods: this.podsOf(name),
          registration: pod => this.#options.registrations.get(pod),
          chosen: pod => {
            if (marks?.emptying.has(pod)) return 'ScaleIn';
            return this.#leaving.has(pod) ? 'PodReplaced' : undefined;
          },
          isStale: pod => marks?.stale.has(pod) === true,
          zoneOf: ({ spec }) => zoneOf(this.#options.nodes.get(spec.nodeName ?? '')),
        })
      : undefined;
    if (isDeepStrictEqual(before, now)) return;
    if (now) this.#views.set(name, now);
    else this.#views.delete(name);
    this.#options.onChange(name);
  }
}
