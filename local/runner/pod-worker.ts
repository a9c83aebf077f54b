import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isStatus } from '@parley/resources';
import { type KubeClient, patchTypes } from '../kube/client.ts';
import type { ConfigMap, Container, List, Pod, Secret, Service } from '../kube/types.ts';
import { stackVariable } from '../processes.ts';
import { ContainerRunner, type Preparation, UnknownImageError } from './container.ts';
import { containerEnvironment, expand, MissingReferenceError, type Sources } from './environment.ts';
import type { EventRecorder } from './events.ts';
import { forwardHostPorts, type HostPort, hostPortsOf, nodePortsOf } from './host-ports.ts';
import { type Images, repositoryOf } from './images.ts';
import { ServiceAccountAccess } from './service-account.ts';
import { podStatus } from './status.ts';
import { mountVolumes, rewritePaths } from './volumes.ts';

export interface WorkerContext {
  client: KubeClient;
  /** The text of a kubeconfig that reads its token from a file. */
  kubeconfigWithTokenFile(user: string, tokenFile: string, namespace: string): string;
  nodeName: string;
  nodeAddress: string;
  images: Images;
  events: EventRecorder;
  marker: string;
  /** Folder for this pod's files; removed with the pod. */
  dir: string;
  /** Folder for this pod's logs. */
  logs: string;
}

const retryMs = 1_000;

/** Runs the containers of one pod that is bound to this node, and writes its status. */
export class PodWorker {
  readonly address: string;
  readonly #context: WorkerContext;
  readonly #containers: ContainerRunner[];
  readonly #startTime = new Date().toISOString();
  readonly #closed = new AbortController();
  #pod: Pod;
  #running: Promise<unknown> = Promise.resolve();
  #terminating: Promise<void> | undefined;
  #closeHostPorts: (() => void) | undefined;
  #access: ServiceAccountAccess | undefined;
  #writing: Promise<void> | undefined;
  #changes = 0;

  constructor(pod: Pod, address: string, context: WorkerContext) {
    this.#pod = pod;
    this.address = address;
    this.#context = context;
    this.#containers = (pod.spec?.containers ?? []).map(container => this.#containerRunner(container));
  }

  get pod(): Pod {
    return this.#pod;
  }

  /** Takes over what the API server says about the pod. */
  update(pod: Pod): void {
    this.#pod = pod;
  }

  pidOf(container?: string): number | undefined {
    return this.#containers.find(({ facts }) => container === undefined || facts.name === container)?.pid;
  }

  start(): void {
    this.#statusChanged();
    this.#running = this.#run();
  }

  /** Ends all containers and resolves when nothing of the pod is left but its object. */
  terminate(graceMs: number): Promise<void> {
    this.#terminating ??= this.#terminate(graceMs);
    return this.#terminating;
  }

  /** Kills what still runs: for a pod whose grace was cut short. */
  kill(): void {
    for (const container of this.#containers) void container.stop(0);
  }

  async #terminate(graceMs: number): Promise<void> {
    for (const { facts } of this.#containers) {
      if (facts.run.kind === 'running') this.#event('Normal', 'Killing', `Stopping container ${facts.name}`);
    }
    this.#closed.abort();
    await Promise.all(this.#containers.map(container => container.stop(graceMs)));
    await this.#running;
    this.#closeHostPorts?.();
    await this.#writing;
    await rm(this.#context.dir, { recursive: true, force: true });
  }

  async #run(): Promise<void> {
    await mkdir(this.#context.dir, { recursive: true, mode: 0o700 });
    await mkdir(this.#context.logs, { recursive: true, mode: 0o700 });
    await this.#openHostPorts();
    if (this.#isClosed) return;
    await Promise.all(this.#containers.map(container => container.run()));
  }

  get #isClosed(): boolean {
    return this.#closed.signal.aborted;
  }

  async #openHostPorts(): Promise<void> {
    while (!this.#isClosed) {
      try {
        const ports = this.#pod.spec?.hostNetwork ? [] : await this.#nodesPorts();
        this.#closeHostPorts = await forwardHostPorts(ports, this.#context.nodeAddress, this.address);
        return;
      } catch (error) {
        this.#event('Warning', 'FailedCreatePodSandBox', String(error));
        await sleep(retryMs, undefined, { signal: this.#closed.signal }).catch(() => undefined);
      }
    }
  }

  /** What leads from the node to this pod: its own host ports, and NodePort Services that are there when it starts. */
  async #nodesPorts(): Promise<HostPort[]> {
    const path = `/api/v1/namespaces/${this.#pod.metadata?.namespace ?? 'default'}/services`;
    const { items } = await this.#context.client.call<List<Service>>({ path });
    return [...hostPortsOf(this.#pod), ...nodePortsOf(this.#pod, items)];
  }

  #containerRunner(container: Container): ContainerRunner {
    const { dir, logs } = this.#context;
    const containerDir = join(dir, container.name);
    return new ContainerRunner({
      container,
      restartPolicy: this.#pod.spec?.restartPolicy ?? 'Always',
      address: this.address,
      dir: containerDir,
      logFile: join(logs, `${container.name}.log`),
      graceMs: (this.#pod.spec?.terminationGracePeriodSeconds ?? 30) * 1000,
      prepare: () => this.#prepare(container, containerDir),
      changed: () => this.#statusChanged(),
      event: (type, reason, message) => this.#event(type, reason, message),
    });
  }

  async #prepare(container: Container, dir: string): Promise<Preparation> {
    const { images, marker } = this.#context;
    const image = images.get(repositoryOf(container.image ?? ''));
    if (!image) {
      const known = [...images.keys()].join(', ');
      throw new UnknownImageError(
        `The one-machine cluster has no image "${container.image}". It knows: ${known}.`,
      );
    }
    if (this.#pod.spec?.initContainers?.length) {
      throw new MissingReferenceError('The one-machine cluster has no init containers.');
    }
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const sources = this.#sources();
    const own = await containerEnvironment(this.#pod, container, sources);
    const mounts = await mountVolumes(this.#pod, container, this.#context.dir, sources);
    const real = (text: string) => rewritePaths(text, mounts);
    const resolved = (words: string[] | undefined) => words?.map(word => real(expand(word, own)));
    const [program, ...args] = [
      ...(resolved(container.command) ?? image.entrypoint(dir)),
      ...(resolved(container.args) ?? []),
    ];
    if (program === undefined) throw new MissingReferenceError('The container has no command.');
    return {
      command: [program, ...args],
      env: {
        PATH: process.env.PATH ?? '',
        LANG: process.env.LANG ?? 'C.UTF-8',
        HOME: dir,
        ...image.env?.(),
        ...(await this.#accessEnvironment()),
        ...Object.fromEntries(Object.entries(own).map(([name, value]) => [name, real(value)])),
        [stackVariable]: marker,
      },
    };
  }

  /** A kubeconfig with the pod's service account, as there is no path at which a client would look by itself. */
  async #accessEnvironment(): Promise<Record<string, string>> {
    const { serviceAccountName, automountServiceAccountToken } = this.#pod.spec ?? {};
    if (!serviceAccountName || automountServiceAccountToken === false) return {};
    this.#access ??= await ServiceAccountAccess.open(
      this.#pod,
      serviceAccountName,
      this.#context,
      this.#closed.signal,
    );
    return { KUBECONFIG: this.#access.kubeconfig };
  }

  #sources(): Sources {
    const { client, nodeAddress, nodeName } = this.#context;
    const namespace = this.#pod.metadata?.namespace ?? 'default';
    const get = async <T>(plural: string, name: string): Promise<T | undefined> => {
      try {
        return await client.call<T>({ path: `/api/v1/namespaces/${namespace}/${plural}/${name}` });
      } catch (error) {
        if (isStatus(error, 404)) return undefined;
        throw error;
      }
    };
    return {
      podIp: this.address,
      hostIp: nodeAddress,
      nodeName,
      configMap: async name => {
        const found = await get<ConfigMap>('configmaps', name);
        return found && (found.data ?? {});
      },
      secret: async name => {
        const found = await get<Secret>('secrets', name);
        return found && decoded(found.data ?? {});
      },
    };
  }

  #event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#context.events.record(this.#pod, type, reason, message);
  }

  #statusChanged(): void {
    this.#changes += 1;
    this.#writing ??= this.#writeStatus().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Writes until the API server has the newest status; while one write is under way, changes add up. */
  async #writeStatus(): Promise<void> {
    const { client, nodeAddress } = this.#context;
    const { name, namespace, uid } = this.#pod.metadata ?? {};
    let written = 0;
    // The constructor's caller goes on first.
    await Promise.resolve();
    while (written < this.#changes) {
      const version = this.#changes;
      const status = podStatus(this.#pod, {
        podIp: this.address,
        hostIp: nodeAddress,
        startTime: this.#startTime,
        containers: this.#containers.map(({ facts }) => facts),
        before: this.#pod.status?.conditions ?? [],
        now: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
      });
      try {
        this.#pod = await client.call<Pod>({
          method: 'PATCH',
          path: `/api/v1/namespaces/${namespace}/pods/${name}/status`,
          body: { metadata: { uid }, status },
          contentType: patchTypes.merge,
        });
        written = version;
      } catch (error) {
        if (isStatus(error, 404) || isStatus(error, 409) || isStatus(error, 422)) return;
        if (this.#isClosed) return;
        await sleep(retryMs, undefined, { signal: this.#closed.signal }).catch(() => undefined);
      }
    }
  }
}

function decoded(data: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]),
  );
}
