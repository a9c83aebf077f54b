import { isDeepStrictEqual } from 'node:util';
import type { V1Pod } from '@kubernetes/client-node';
import type { Logger } from '@parley/telemetry';
import {
  addressesAnnotation,
  addressSourceAnnotation,
  exposureAnnotation,
  isOver,
  isTerminating,
  labels,
  type Node,
  type Pod,
  podPool,
  podRole,
  pods,
  type Service,
  services,
} from '../kinds.ts';
import { isStatus, type KubeApi, KubeError, type Store } from '../runtime/index.ts';
import { lacksAddresses, nodeAddresses } from './addresses.ts';
import { endpointOf } from './endpoints.ts';
import type { AcceptedPool, PodSettings } from './pod.ts';
import { outOfPorts, relayControlPort, sfuPorts, usedNodePorts } from './ports.ts';
import { mediaService } from './services.ts';
import { sfuPod } from './sfu-pod.ts';
import { templateName, withTemplateName } from './template-name.ts';
import { turnPod } from './turn-pod.ts';

export interface ExposerDeps {
  api: KubeApi;
  log: Logger;
  pods: Store<Pod>;
  nodes: Store<Node>;
  services: Store<Service>;
  settings: PodSettings;
}

/** Why a pool does not get its pods, for its condition. */
export interface PodsProblem {
  reason: 'NoFreePorts' | 'NoAddress' | 'PodRefused' | 'PodsEnd';
  message: string;
}

/** No port is left for a pod. */
export class NoFreePortsError extends Error {
  override readonly name = 'NoFreePortsError';
  readonly code = 'NO_FREE_PORTS';
}

/** How often a Service is tried with other ports at once. */
const attempts = 20;
/** For how long a port that a Service of others has is left alone, in ms. */
const othersPortMs = 600_000;
/** For how long a port belongs to a pod that is being made, in ms. */
const givenPortMs = 10_000;

/**
 * Sees that clients reach the pods: gives ports out, makes the Services of NodePort, and tells pods the addresses of their
 * nodes. What it knows is in Kubernetes, so that it goes on wherever an operator before it ended.
 */
export class Exposer {
  readonly #deps: ExposerDeps;
  /** Node ports that are in use though no pod or Service here has them, and until when that is believed. */
  readonly #taken = new Map<number, number>();

  constructor(deps: ExposerDeps) {
    this.#deps = deps;
  }

  /**
   * A new SFU pod, not yet made. For NodePort its Service is made before, as only then the ports are its own.
   *
   * @throws NoFreePortsError, KubeError
   */
  async sfuPod(pool: AcceptedPool): Promise<V1Pod> {
    const { settings } = this.#deps;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const ports = sfuPorts(pool.spec, this.#usedPorts());
      if (!ports) break;
      const template = templateName('sfu', pool.spec, settings);
      const pod = withTemplateName(sfuPod(pool, settings, ports), template);
      if (pool.spec.exposure.type !== 'NodePort') return this.#given(pod);
      if (await this.#openService(pool, pod.metadata?.name ?? '', ports.media)) return pod;
    }
    throw new NoFreePortsError(outOfPorts('sfu', pool.spec));
  }

  /** A new relay, not yet made; for one Room alone if its uid is given. @throws NoFreePortsError */
  turnPod(pool: AcceptedPool, room?: string): V1Pod {
    const control = relayControlPort(pool.spec, this.#usedPorts());
    if (control === undefined) throw new NoFreePortsError(outOfPorts('turn', pool.spec));
    const { settings } = this.#deps;
    const pod = turnPod(pool, settings, { control, ...(room === undefined ? {} : { room }) });
    return this.#given(withTemplateName(pod, templateName('turn', pool.spec, settings)));
  }

  /** Tells pods of the pool their node's addresses. @returns what a person has to see to. */
  async tend(pool: AcceptedPool): Promise<PodsProblem | undefined> {
    const own = [...this.#deps.pods.values()].filter(pod => podPool(pod) === pool.metadata.name);
    let problem = await this.#restoreServices(pool, own);
    for (const pod of own) problem = (await this.#announce(pool, pod)) ?? problem;
    return problem;
  }

  /** Removes Services whose pod is gone, or was never made. */
  async removeStrayServices(pool: string): Promise<void> {
    const { api, log } = this.#deps;
    const present = new Set([...this.#deps.pods.values()].map(pod => pod.metadata.name));
    for (const service of [...this.#deps.services.values()]) {
      const { name, namespace, uid, labels: own } = service.metadata;
      // A Service that leads to more than one pod is somebody else's.
      if (own[labels.pool] !== pool || own[labels.pod] !== name || present.has(name)) continue;
      await api.delete(services, { name, namespace }, uid);
      this.#deps.services.remove(`${namespace}/${name}`, uid);
      log.info({ service: name }, 'removed the Service of a pod that is gone');
    }
  }

  /** Pods of pools and of rooms are made side by side: what one was given, the next must not get. */
  #given(pod: V1Pod): V1Pod {
    for (const { name, ports = [] } of pod.spec?.containers ?? []) {
      // Relays of one pool share their port on different nodes.
      for (const port of ports) {
        const shared = name === 'turn' && port.name !== 'control';
        if (port.hostPort !== undefined && !shared) this.#taken.set(port.hostPort, Date.now() + givenPortMs);
      }
    }
    return pod;
  }

  #usedPorts(): Set<number> {
    const used = usedNodePorts(this.#deps.pods.values(), this.#deps.services.values());
    for (const [port, until] of this.#taken) {
      if (until > Date.now()) used.add(port);
      else this.#taken.delete(port);
    }
    return used;
  }

  /** @returns whether the ports were free. */
  async #openService(pool: AcceptedPool, name: string, ports: number[]): Promise<boolean> {
    const { api, settings } = this.#deps;
    const { namespace } = settings;
    try {
      const service = mediaService(pool, name, namespace, ports);
      this.#deps.services.put(await api.create(services, { namespace, name }, service));
      return true;
    } catch (error) {
      const taken = takenPorts(error);
      if (taken.length === 0) throw error;
      for (const port of taken) this.#taken.set(port, Date.now() + othersPortMs);
      return false;
    }
  }

  /** A pod keeps its ports: they are open in nobody's way only as long as its Service is there. */
  async #restoreServices(pool: AcceptedPool, own: readonly Pod[]): Promise<PodsProblem | undefined> {
    let problem: PodsProblem | undefined;
    for (const pod of own) {
      const { name, namespace, annotations } = pod.metadata;
      if (annotations[exposureAnnotation] !== 'NodePort' || isTerminating(pod) || isOver(pod)) continue;
      if (this.#deps.services.get(`${namespace}/${name}`)) continue;
      const refused = await this.#restoreService(pool, pod);
      if (!refused) this.#deps.log.warn({ service: name }, 'made the Service of a pod again');
      problem = refused ?? problem;
    }
    return problem;
  }

  /** @returns why nobody reaches the pod. Its pool goes on with the others. */
  async #restoreService(pool: AcceptedPool, pod: Pod): Promise<PodsProblem | undefined> {
    const { name } = pod.metadata;
    try {
      if (await this.#openService(pool, name, endpointOf(pod)?.ports ?? [])) return undefined;
      const message = `The Service of pod ${name} is gone and another has its ports, so nobody reaches it: delete the pod.`;
      return { reason: 'NoFreePorts', message };
    } catch (error) {
      const problem = podsProblem(error);
      if (!problem) throw error;
      return problem;
    }
  }

  async #announce(pool: AcceptedPool, pod: Pod): Promise<PodsProblem | undefined> {
    const node = this.#deps.nodes.get(pod.spec.nodeName ?? '');
    if (!node || !lacksAddresses(pod) || isTerminating(pod)) return undefined;
    const { exposure } = pool.spec;
    const announced = nodeAddresses(podRole(pod) === 'turn' ? 'turn' : 'sfu', node, exposure);
    if (!announced) {
      const wanted = `${exposure.addressTypes.join(', ')} (${exposure.ipFamilies.join(', ')})`;
      const message = `Node "${node.metadata.name}" has no address that clients may be told: ${wanted}. Name one in spec.exposure.addresses, or other types.`;
      return { reason: 'NoAddress', message };
    }
    const { name, namespace, uid } = pod.metadata;
    const annotations = {
      [addressesAnnotation]: announced.addresses.join(','),
      [addressSourceAnnotation]: announced.source,
    };
    try {
      const body = { metadata: { uid, annotations } };
      this.#deps.pods.put(await this.#deps.api.patch(pods, { name, namespace }, body));
    } catch (error) {
      if (!isStatus(error, 404) && !isStatus(error, 409)) throw error;
      return undefined;
    }
    this.#deps.log.info({ announcedPod: name, ...announced }, 'told a pod the addresses of its node');
    return undefined;
  }
}

/** Whether pods on the node may have to be told something. */
export function hasOtherAddresses(now: Node | undefined, before: Node | undefined): boolean {
  return now !== undefined && !isDeepStrictEqual(now.status.addresses, before?.status.addresses);
}

/** The problem that an error tells a person about, or undefined if trying again may help. */
export function podsProblem(error: unknown): PodsProblem | undefined {
  if (error instanceof NoFreePortsError) return { reason: 'NoFreePorts', message: error.message };
  if (!(error instanceof KubeError) || ![400, 403, 422].includes(error.status)) return undefined;
  return { reason: 'PodRefused', message: `The API server refuses what the pool needs: ${error.message}` };
}

/** The ports that kept a Service from being made, as others have them. */
function takenPorts(error: unknown): number[] {
  if (!isStatus(error, 422)) return [];
  const found = error.message.matchAll(/nodePort: Invalid value: (\d+): provided port is already allocated/g);
  return [...found].map(([, port]) => Number(port));
}
