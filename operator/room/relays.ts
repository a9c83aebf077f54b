import type { RoomKey } from '@parley/protocol';
import type { MediaPool, Room, RoomSpec } from '@parley/resources';
import type { Logger } from '@parley/telemetry';
import {
  isOver,
  isReady,
  isTerminating,
  type Node,
  type Pod,
  podPool,
  podProblem,
  pods,
  templateAnnotation,
} from '../kinds.ts';
import { Attempts } from '../pool/attempts.ts';
import { roomOfRelay, turnUrls } from '../pool/endpoints.ts';
import { type Exposer, type PodsProblem, podsProblem } from '../pool/exposer.ts';
import { judgePool } from '../pool/judge.ts';
import type { AcceptedPool, PodSettings } from '../pool/pod.ts';
import { templateName } from '../pool/template-name.ts';
import type { KubeApi, Store } from '../runtime/index.ts';
import { type OwnRelay, planRelay, type RelayPlan } from './relay-plan.ts';

export interface RoomRelaysDeps {
  api: KubeApi;
  log: Logger;
  rooms: Store<Room>;
  pools: Store<MediaPool>;
  pods: Store<Pod>;
  nodes: Store<Node>;
  exposer: Pick<Exposer, 'turnPod'>;
  /** Whether the pod's node is no more, also where the watch has not told of the node yet. */
  isNodeGone: (pod: Pod) => Promise<boolean>;
  settings: PodSettings;
  /** Is told of rooms whose relay is not what it was. */
  onChange: (room: RoomKey) => void;
}

/** A room's own relay as clients may use it now. */
export interface RoomRelay {
  urls: string[];
  /** Why it takes no clients, or undefined if it does. */
  problem: string | undefined;
}

/** The relays that rooms have for themselves. That they are there stands in Kubernetes alone. */
export class RoomRelays {
  readonly #deps: RoomRelaysDeps;
  /** By the uid of their Room. */
  readonly #relays = new Map<string, Map<string, Pod>>();
  /** Why the relay of a Room could not be made, or ended, by its uid. */
  readonly #problems = new Map<string, string>();
  readonly #attempts = new Attempts();

  constructor(deps: RoomRelaysDeps) {
    this.#deps = deps;
    deps.pods.onChange((key, now, before) => {
      const pod = now ?? before;
      const uid = pod && roomOfRelay(pod);
      if (uid === undefined) return;
      const own = this.#relays.get(uid) ?? new Map<string, Pod>();
      if (now) this.#relays.set(uid, own.set(key, now));
      else own.delete(key);
      if (own.size === 0) this.#relays.delete(uid);
      this.#tell(uid);
    });
    deps.nodes.onChange((name, now, before) => {
      if (stays(now) === stays(before) && !now === !before) return;
      for (const [uid, own] of this.#relays) {
        if ([...own.values()].some(({ spec }) => spec.nodeName === name)) this.#tell(uid);
      }
    });
  }

  /** What clients may use now. */
  find(room: Room, spec: RoomSpec): RoomRelay {
    const { uid } = room.metadata;
    const pool = this.#pool(spec.pool);
    if (!pool) return { urls: [], problem: `MediaPool "${spec.pool}" is not as it should be.` };
    const { serving } = this.#plan(uid, pool);
    if (serving && isReady(serving)) return { urls: turnUrls(serving), problem: undefined };
    const why = serving && podProblem(serving);
    const starting = why === undefined ? 'It is on its way.' : `It cannot run: ${why}`;
    return { urls: [], problem: this.#problems.get(uid) ?? starting };
  }

  /**
   * Sees that the room has its relay, and no more than one.
   *
   * @returns after how many milliseconds to look again, if it cannot be made now.
   * @throws KubeError if that has to be tried again.
   */
  async tend(room: Room, spec: RoomSpec): Promise<number | undefined> {
    const { uid } = room.metadata;
    const pool = this.#pool(spec.pool);
    if (!pool) return undefined;
    const lost = new Set<Pod>();
    for (const pod of this.#of(uid)) if (await this.#deps.isNodeGone(pod)) lost.add(pod);
    const template = this.#template(pool);
    const { make, remove, serving } = this.#plan(uid, pool, lost);
    const ended = remove.find(isOver);
    if (ended) this.#failed(uid, template, endedText(ended));
    else if (serving && isReady(serving)) this.#succeeded(uid);
    await this.#remove(remove);
    if (!make) return undefined;
    const waitMs = this.#attempts.pause(uid, template, Date.now())?.waitMs;
    return waitMs ?? this.#make(pool, room, template);
  }

  /** The room has no relay for itself any more. @throws KubeError */
  async end(uid: string): Promise<void> {
    this.#succeeded(uid);
    await this.#remove(this.#of(uid).filter(pod => !isTerminating(pod)));
  }

  /** Removes those that no Room stands for: it went while no operator was there. @throws KubeError */
  async endStrays(): Promise<void> {
    if (this.#relays.size === 0) return;
    const present = new Set([...this.#deps.rooms.values()].map(({ metadata }) => metadata.uid));
    for (const uid of [...this.#relays.keys()]) if (!present.has(uid)) await this.end(uid);
  }

  #tell(uid: string): void {
    for (const [room, { metadata }] of this.#deps.rooms.entries()) {
      if (metadata.uid === uid) this.#deps.onChange(room as RoomKey);
    }
  }

  #of(uid: string): Pod[] {
    return [...(this.#relays.get(uid)?.values() ?? [])];
  }

  #plan(uid: string, pool: AcceptedPool, lost: ReadonlySet<Pod> = new Set()): RelayPlan {
    const template = this.#template(pool);
    const { name } = pool.metadata;
    return planRelay(
      this.#of(uid).map(pod => ({ ...this.#judge(pod, name, template), lost: lost.has(pod) })),
    );
  }

  #template({ spec }: AcceptedPool): string {
    return templateName('turn', spec, this.#deps.settings);
  }

  #pool(name: string): AcceptedPool | undefined {
    const pool = this.#deps.pools.get(name);
    const verdict = pool && judgePool(pool.spec);
    if (!pool || !verdict?.accepted || pool.metadata.deletionTimestamp !== undefined) return undefined;
    return { metadata: pool.metadata, spec: verdict.spec };
  }

  #judge(pod: Pod, pool: string, template: string): Pick<OwnRelay, 'pod' | 'fresh'> {
    const node = this.#deps.nodes.get(pod.spec.nodeName ?? '');
    const current = podPool(pod) === pool && pod.metadata.annotations[templateAnnotation] === template;
    return { pod, fresh: current && (node === undefined || stays(node)) };
  }

  /** @returns after how many milliseconds to try again, if it was refused. */
  async #make(pool: AcceptedPool, { metadata }: Room, template: string): Promise<number | undefined> {
    const { api, exposer, settings, log } = this.#deps;
    try {
      const pod = exposer.turnPod(pool, metadata.uid);
      const name = pod.metadata?.name ?? '';
      const made = await api.create(pods, { namespace: settings.namespace, name }, pod);
      this.#problems.delete(metadata.uid);
      this.#deps.pods.put(made);
      log.info(
        { room: `${metadata.namespace}/${metadata.name}`, createdPod: name },
        'created a relay for a room',
      );
      return undefined;
    } catch (error) {
      const problem = podsProblem(error);
      if (!problem) throw error;
      return this.#failed(metadata.uid, template, problem);
    }
  }

  #failed(uid: string, template: string, problem: PodsProblem): number {
    this.#problems.set(uid, problem.message);
    return this.#attempts.failed(uid, template, problem, Date.now());
  }

  #succeeded(uid: string): void {
    this.#problems.delete(uid);
    this.#attempts.succeeded(uid);
  }

  async #remove(unwanted: readonly Pod[]): Promise<void> {
    for (const { metadata } of unwanted) {
      const { name, namespace, uid } = metadata;
      const left = await this.#deps.api.delete(pods, { name, namespace }, uid);
      if (left) this.#deps.pods.put(left);
      else this.#deps.pods.remove(`${namespace}/${name}`, uid);
      this.#deps.log.info({ removedPod: name }, 'removed the relay of a room');
    }
  }
}

function endedText({ metadata, status }: Pod): PodsProblem {
  const what = [status.reason, status.message].filter(Boolean).join(': ') || status.phase;
  return { reason: 'PodsEnd', message: `Pod ${metadata.name} ended: ${what}` };
}

/** Whether pods may stay on the node: it answers and is not cordoned. */
function stays(node: Node | undefined): boolean {
  if (!node || node.spec.unschedulable) return false;
  return node.status.conditions.every(({ type, status }) => type !== 'Ready' || status === 'True');
}
