import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isStatus } from '@parley/resources';
import type { Network } from '../addresses.ts';
import type { ControlPlane } from '../control-plane.ts';
import { patchTypes } from '../kube/client.ts';
import { kubeconfig } from '../kube/kubeconfig.ts';
import type { Pod } from '../kube/types.ts';
import { watchCollection } from '../kube/watch.ts';
import { EventRecorder } from './events.ts';
import { clash, hostPortsOf } from './host-ports.ts';
import { type Images, parleyImages, podAddressAnnotation } from './images.ts';
import { serveKubelet } from './kubelet-server.ts';
import { limitLogs } from './log-limit.ts';
import { registerNode } from './node.ts';
import { PodWorker } from './pod-worker.ts';

export const nodeName = 'this-machine';

export interface PodRunnerOptions {
  controlPlane: ControlPlane;
  /** Folder for the files of pods. */
  dir: string;
  /** Folder for the logs of pods: `<namespace>_<pod>/<container>.log`. */
  logs: string;
  /** What every process carries in its environment, see `ControlPlaneOptions.marker`. */
  marker: string;
  /** Default: Parley's own. */
  images?: Images;
}

/** The one node of the cluster: it binds pods and runs them as processes. */
export interface PodRunner {
  /** Process id of a pod's container (default: its first) while it runs. */
  pidOf(namespace: string, pod: string, container?: string): number | undefined;
  /** Ends all pods, those for which `last` holds after the others, each within `graceMs` at most. */
  stop(graceMs: number, last?: (pod: Pod) => boolean): Promise<void>;
  /** Kills everything at once. */
  kill(): void;
}

/** Registers the node and begins to run pods. */
export async function startPodRunner(options: PodRunnerOptions): Promise<PodRunner> {
  const { controlPlane, logs } = options;
  await mkdir(options.dir, { recursive: true, mode: 0o700 });
  const node = new Node(options);
  const kubelet = await serveKubelet({
    address: controlPlane.network.nodeAddress,
    port: controlPlane.network.ports.kubelet,
    cert: controlPlane.ca,
    key: controlPlane.certKey,
    logs,
    runOf: (namespace, pod, container) => node.find(namespace, pod)?.pidOf(container),
  });
  await registerNode(controlPlane.client, nodeName, controlPlane.network);
  const endLimit = limitLogs(logs);
  const closed = new AbortController();
  const watching = watchCollection<Pod>(controlPlane.client, '/api/v1/pods', node, closed.signal);
  return {
    pidOf: (namespace, pod, container) => node.find(namespace, pod)?.pidOf(container),
    async stop(graceMs, last = () => false) {
      closed.abort();
      endLimit();
      await node.stop(graceMs, last);
      await watching;
      await kubelet.close();
    },
    kill: () => node.kill(),
  };
}

/** Reacts to what the API server says about pods. */
class Node {
  readonly #options: PodRunnerOptions;
  readonly #network: Network;
  readonly #events: EventRecorder;
  /** By UID. */
  readonly #workers = new Map<string, PodWorker>();
  /** Pods that found no room, by UID. */
  readonly #waiting = new Map<string, Pod>();
  /** Pods that were bound but are not known to be so yet, by UID. */
  readonly #bound = new Map<string, Pod>();
  #stopping = false;

  constructor(options: PodRunnerOptions) {
    this.#options = options;
    this.#network = options.controlPlane.network;
    this.#events = new EventRecorder(options.controlPlane.client, nodeName);
  }

  find(namespace: string, name: string): PodWorker | undefined {
    return [...this.#workers.values()].find(
      ({ pod }) => pod.metadata?.namespace === namespace && pod.metadata?.name === name,
    );
  }

  replace(pods: Pod[]): void {
    const present = new Set(pods.map(({ metadata }) => metadata?.uid ?? ''));
    for (const [uid, { pod }] of this.#workers) {
      if (!present.has(uid)) this.remove(pod);
    }
    for (const pod of pods) this.set(pod);
  }

  set(pod: Pod): void {
    const uid = pod.metadata?.uid ?? '';
    if (this.#stopping) return;
    const worker = this.#workers.get(uid);
    if (worker) {
      worker.update(pod);
      if (pod.metadata?.deletionTimestamp) void this.#end(worker, pod);
    } else if (pod.spec?.nodeName === nodeName) this.#begin(uid, pod);
    else if (!pod.spec?.nodeName && !this.#bound.has(uid)) void this.#schedule(uid, pod);
  }

  remove(pod: Pod): void {
    const uid = pod.metadata?.uid ?? '';
    this.#waiting.delete(uid);
    this.#bound.delete(uid);
    const worker = this.#workers.get(uid);
    worker?.kill();
    void worker?.terminate(0).then(() => this.#forget(uid));
  }

  async stop(graceMs: number, last: (pod: Pod) => boolean): Promise<void> {
    this.#stopping = true;
    const workers = [...this.#workers.values()];
    const end = (some: PodWorker[]) =>
      Promise.all(some.map(worker => worker.terminate(Math.min(graceMs, graceOf(worker.pod)))));
    await end(workers.filter(({ pod }) => !last(pod)));
    await end(workers.filter(({ pod }) => last(pod)));
  }

  kill(): void {
    this.#stopping = true;
    for (const worker of this.#workers.values()) worker.kill();
  }

  #begin(uid: string, pod: Pod): void {
    this.#bound.delete(uid);
    this.#waiting.delete(uid);
    const { controlPlane, dir, logs, marker, images } = this.#options;
    const { name = '', namespace = '', annotations } = pod.metadata ?? {};
    const own = pod.spec?.hostNetwork ? this.#network.nodeAddress : annotations?.[podAddressAnnotation];
    const worker = new PodWorker(pod, own ?? this.#network.podAddress(), {
      client: controlPlane.client,
      kubeconfigWithTokenFile: (user, tokenFile, within) =>
        kubeconfig({ url: controlPlane.url, ca: controlPlane.ca, token: '' }, user, {
          namespace: within,
          tokenFile,
        }),
      nodeName,
      nodeAddress: this.#network.nodeAddress,
      images: images ?? parleyImages,
      events: this.#events,
      marker,
      dir: join(dir, uid),
      logs: join(logs, `${namespace}_${name}`),
    });
    this.#workers.set(uid, worker);
    worker.start();
    if (pod.metadata?.deletionTimestamp) void this.#end(worker, pod);
  }

  /** Grants the pod its grace and then lets go of its object. */
  async #end(worker: PodWorker, { metadata = {} }: Pod): Promise<void> {
    const graceMs = (metadata.deletionGracePeriodSeconds ?? 30) * 1000;
    if (graceMs === 0) worker.kill();
    await worker.terminate(graceMs);
    if (this.#stopping) return;
    const { name, namespace, uid } = metadata;
    await this.#options.controlPlane.client
      .call({
        method: 'DELETE',
        path: `/api/v1/namespaces/${namespace}/pods/${name}`,
        body: { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0, preconditions: { uid } },
      })
      // Whatever was lost comes again: with the next list the pod is still there and still to be deleted.
      .catch(() => undefined);
  }

  #forget(uid: string): void {
    this.#workers.delete(uid);
    for (const [waiting, pod] of this.#waiting) void this.#schedule(waiting, pod);
  }

  /** Binds a pod to this node, unless a port of the node that it needs is taken. */
  async #schedule(uid: string, pod: Pod): Promise<void> {
    const { client } = this.#options.controlPlane;
    const { name = '', namespace = '' } = pod.metadata ?? {};
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    const taken = [...this.#workers.values(), ...[...this.#bound.values()].map(bound => ({ pod: bound }))];
    const port = clash(
      hostPortsOf(pod),
      taken.flatMap(other => hostPortsOf(other.pod)),
    );
    if (port) {
      if (this.#waiting.has(uid)) return;
      this.#waiting.set(uid, pod);
      const message = `0/1 nodes are available: host port ${port.hostPort}/${port.protocol} is taken.`;
      this.#events.record(pod, 'Warning', 'FailedScheduling', message);
      const condition = {
        type: 'PodScheduled',
        status: 'False',
        reason: 'Unschedulable',
        message,
        lastTransitionTime: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
      };
      const body = { status: { conditions: [condition] } };
      await client
        .call({ method: 'PATCH', path: `${path}/status`, body, contentType: patchTypes.strategic })
        .catch(() => undefined);
      return;
    }
    this.#bound.set(uid, pod);
    try {
      await client.call({
        method: 'POST',
        path: `${path}/binding`,
        body: {
          apiVersion: 'v1',
          kind: 'Binding',
          metadata: { name, namespace },
          target: { apiVersion: 'v1', kind: 'Node', name: nodeName },
        },
      });
      this.#events.record(
        pod,
        'Normal',
        'Scheduled',
        `Successfully assigned ${namespace}/${name} to ${nodeName}`,
      );
    } catch (error) {
      this.#bound.delete(uid);
      if (isStatus(error, 404) || isStatus(error, 409)) return;
      setTimeout(() => !this.#stopping && void this.#schedule(uid, pod), 1_000).unref();
    }
  }
}

function graceOf(pod: Pod): number {
  return (pod.spec?.terminationGracePeriodSeconds ?? 30) * 1000;
}
