import type { V1Pod } from '@kubernetes/client-node';
import type { MediaPool } from '@parley/resources';
import type { Logger } from '@parley/telemetry';
import { mediaPools, type Pod, pods } from '../kinds.ts';
import type { EventRecorder, KubeApi, Store } from '../runtime/index.ts';
import type { Fleet } from './fleet.ts';

export interface KeeperDeps {
  api: KubeApi;
  log: Logger;
  events: EventRecorder;
  pods: Store<Pod>;
  fleet: Fleet;
}

/** A pool for whose events pods are made and removed. */
type Owner = Pick<MediaPool, 'metadata'>;

/** Makes pods and lets them go, and says so. */
export class Keeper {
  readonly #deps: KeeperDeps;

  constructor(deps: KeeperDeps) {
    this.#deps = deps;
  }

  /** @throws KubeError */
  async create(pool: Owner, pod: V1Pod): Promise<void> {
    const { api, log, events } = this.#deps;
    const { name = '', namespace } = pod.metadata ?? {};
    this.#deps.pods.put(await api.create(pods, { namespace, name }, pod));
    log.info({ pool: pool.metadata.name, createdPod: name }, 'created a pod');
    events.record(mediaPools, pool, {
      type: 'Normal',
      reason: 'PodCreated',
      message: `Created pod ${name}.`,
    });
  }

  /**
   * Deletes pods that are not going yet. Their processes let people finish for as long as the pool says.
   *
   * @throws KubeError
   */
  async retire(
    pool: Owner | undefined,
    going: readonly { pod: Pod; why: string; lost?: boolean }[],
  ): Promise<void> {
    const { fleet } = this.#deps;
    const chosen = going.filter(({ pod }) => !fleet.isGoing(pod));
    fleet.retire(chosen.map(({ pod }) => pod));
    for (const [index, { pod, why, lost }] of chosen.entries()) {
      await this.#delete(pod).catch((error: unknown) => {
        fleet.keep(chosen.slice(index).map(one => one.pod));
        throw error;
      });
      this.#tell(pool, pod, why, lost ?? false);
    }
  }

  /**
   * Removes pods that no kubelet will ever end.
   *
   * @throws KubeError
   */
  async force(pool: Owner | undefined, lost: readonly Pod[]): Promise<void> {
    for (const pod of lost) {
      await this.#delete(pod, { graceSeconds: 0 });
      this.#tell(pool, pod, `its node ${pod.spec.nodeName} is gone`, true);
    }
  }

  async #delete(pod: Pod, options?: { graceSeconds: number }): Promise<void> {
    const { name, namespace, uid } = pod.metadata;
    const left = await this.#deps.api.delete(pods, { name, namespace }, uid, options);
    if (left && !options) this.#deps.pods.put(left);
    else if (options) this.#deps.pods.remove(`${namespace}/${name}`, uid);
  }

  #tell(pool: Owner | undefined, { metadata }: Pod, why: string, lost: boolean): void {
    const { log, events } = this.#deps;
    log[lost ? 'warn' : 'info']({ removedPod: metadata.name }, `removed a pod: ${why}`);
    if (!pool) return;
    events.record(mediaPools, pool, {
      type: lost ? 'Warning' : 'Normal',
      reason: lost ? 'PodLost' : 'PodRemoved',
      message: `Removed pod ${metadata.name}: ${why}.`,
    });
  }
}
