import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, realpath, rm, rmdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { claimNetwork, isFree } from './addresses.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { openEntrance } from './entrance/entrance.ts';
import { installation, systemNamespace } from './installation.ts';
import { keepPods } from './keep-pods.ts';
import { kubeconfig } from './kube/kubeconfig.ts';
import { servedOf } from './kube/served.ts';
import type { List, Pod } from './kube/types.ts';
import { watchCollection } from './kube/watch.ts';
import { killLeftovers } from './leftovers.ts';
import { type LocalJson, readLocalJson, writeWhole } from './local-json.ts';
import { prometheusTargets } from './prometheus-targets.ts';
import { untilReady } from './readiness.ts';
import { type PodRunner, startPodRunner } from './runner/runner.ts';
import { lockFolder } from './stack-lock.ts';
import { buildWeb } from './web-build.ts';
import { isWorkload, podsOf } from './workload-pods.ts';

export interface StackOptions {
  /** Folder of the cluster: kubeconfig, `local.json`, logs and everything temporary. */
  dir: string;
  /** Port of the entrance on 127.0.0.1; 0: any free one. Default: 8080 or the next free one. */
  entrancePort?: number;
  /** Default: 2. */
  signalingReplicas?: number;
  /** Where a collector takes all traces, by OTLP over HTTP. Default: there are none. */
  collector?: string;
  /** Gives up starting. */
  signal?: AbortSignal;
  /** Told about every step that is done. */
  progress?: (step: string) => void;
}

/** A running one-machine cluster. */
export interface Stack extends LocalJson, AsyncDisposable {
  readonly controlPlane: ControlPlane;
  /** Process id of the first container of a pod in `parley-system` while it runs. */
  pidOf(pod: string): number | undefined;
  /** Ends everything in order, within about 10 s, and removes what was written. */
  stop(): Promise<void>;
}

/** A cluster runs in this folder already. */
export class AlreadyRunningError extends Error {
  override readonly name = 'AlreadyRunningError';
  readonly code = 'ALREADY_RUNNING';
}

/** Ports that pods use on addresses of their own. */
const podPorts = [
  [8080, 'each service'],
  [8081, 'web'],
  [6379, 'Redis'],
  [3478, 'coturn'],
] as const;
const readyTimeoutMs = 90_000;
const podGraceMs = 5_000;

/**
 * Starts the whole cluster and waits until people can meet.
 *
 * @throws AlreadyRunningError, or an Error that says what is missing or not ready. Then nothing is left running; only
 * the logs are kept.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  await mkdir(resolve(options.dir), { recursive: true, mode: 0o700 });
  const dir = await realpath(options.dir);
  const signal = options.signal ?? new AbortController().signal;
  const progress = options.progress ?? (() => undefined);
  const paths = {
    logs: join(dir, 'logs'),
    run: join(dir, 'run'),
    kubeconfig: join(dir, 'kubeconfig'),
    localJson: join(dir, 'local.json'),
  };
  const unlock = await lockFolder(dir);
  if (!unlock) throw await alreadyRunning(paths.localJson);

  const cleanup = new AsyncDisposableStack();
  cleanup.defer(unlock);
  let failed = true;
  cleanup.defer(async () => {
    await killLeftovers(`${dir}/`);
    const { logs, ...others } = paths;
    for (const path of failed ? Object.values(others) : [...Object.values(others), logs]) {
      await rm(path, { recursive: true, force: true });
    }
    await rmdir(dir).catch(() => undefined);
  });
  const stop = async () => {
    await cleanup.disposeAsync();
  };

  try {
    const leftovers = await killLeftovers(`${dir}/`);
    if (leftovers > 0) progress(`Ended ${leftovers} processes of a cluster that died`);
    for (const path of Object.values(paths)) await rm(path, { recursive: true, force: true });

    const network = await claimNetwork();
    cleanup.defer(() => network.release());
    for (const [port, what] of podPorts) {
      if (await isFree(network.fixedAddress(1), port)) continue;
      throw new Error(
        `Another program has port ${port} on all addresses of this machine, and ${what} needs it. End it, or let it listen on 127.0.0.1 only.`,
      );
    }
    const marker = `${dir}/${randomBytes(4).toString('hex')}`;
    const page = buildWeb(join(paths.run, 'page'), marker).then(built =>
      progress(built ? 'Page built' : 'Page is up to date'),
    );
    // The page's fate is asked for below; until then it must not count as unhandled.
    page.catch(() => undefined);
    const controlPlane = await startControlPlane({
      dir: join(paths.run, 'control-plane'),
      network,
      marker,
      logs: paths.logs,
      restarted: what => progress(`${what} ended by itself and is started again`),
    });
    cleanup.defer(() => controlPlane.stop());
    const { client } = controlPlane;
    progress('Kubernetes API ready');
    signal.throwIfAborted();

    const entrance = await openEntrance({
      client,
      namespace: systemNamespace,
      ingress: 'parley',
      ...(options.entrancePort === undefined ? {} : { port: options.entrancePort }),
    });
    cleanup.defer(() => entrance.close());
    const runner = await startPodRunner({
      controlPlane,
      dir: join(paths.run, 'pods'),
      logs: paths.logs,
      marker,
    });
    cleanup.defer(() => runner.stop(podGraceMs, isRedis));

    const secret = () => randomBytes(32).toString('hex');
    const apiKey = secret();
    const { gitVersion } = await client.call<{ gitVersion: string }>({ path: '/version' });
    const objects = installation({
      redisAddress: network.fixedAddress(1),
      webUrl: entrance.url,
      signalingReplicas: options.signalingReplicas ?? 2,
      collector: options.collector,
      kubeVersion: gitVersion.replace(/^v/, ''),
      secrets: {
        controlToken: secret(),
        turnSecret: secret(),
        tokenSigningKey: secret(),
        redisPassword: secret(),
        apiKey,
      },
    });
    const { served, unknown } = await servedOf(
      client,
      objects.filter(object => !isWorkload(object)),
    );
    const pods = objects.filter(isWorkload).flatMap(podsOf);
    await page;
    await controlPlane.apply([...served, ...pods]);
    entrance.follow();
    const without =
      unknown.length > 0
        ? `, without what Kubernetes ${gitVersion} does not know: ${unknown.join(', ')}`
        : '';
    progress(`Parley's chart installed${without}`);
    const names = pods.map(({ metadata }) => metadata?.name ?? '');
    await untilReady(client, names, {
      timeoutMs: readyTimeoutMs,
      signal,
      ready: what => progress(`${what} ready`),
    });

    await writeWhole(
      paths.kubeconfig,
      kubeconfig({ url: controlPlane.url, ca: controlPlane.ca, token: controlPlane.adminToken }, 'admin'),
    );
    const list = await client.call<List<Pod>>({ path: systemPods });
    const facts = {
      webUrl: entrance.url,
      apiUrl: entrance.url,
      apiKey,
      kubeApiUrl: controlPlane.url,
      kubeconfig: paths.kubeconfig,
      logs: paths.logs,
      pid: process.pid,
    };
    const figures = new Figures(paths.localJson, facts);
    figures.replace(list.items);
    const closed = new AbortController();
    const broughtBack = (name: string) => progress(`Pod ${name} was gone and is made again`);
    const watching = [
      watchCollection<Pod>(client, systemPods, figures, closed.signal),
      keepPods({ client, path: systemPods, pods, broughtBack }, closed.signal),
    ];
    cleanup.defer(async () => {
      closed.abort();
      await Promise.all(watching);
      await figures.written();
    });
    await figures.written();
    failed = false;
    return {
      ...facts,
      get prometheusTargets() {
        return figures.targets;
      },
      controlPlane,
      pidOf: pod => (runner satisfies PodRunner).pidOf(systemNamespace, pod),
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    failed = !signal.aborted;
    await stop();
    if (signal.aborted || !existsSync(paths.logs)) throw error;
    throw new Error(`The cluster did not start. Logs: ${paths.logs}`, { cause: error });
  }
}

const systemPods = `/api/v1/namespaces/${systemNamespace}/pods`;

const isRedis = (pod: Pod) => pod.metadata?.labels?.['app.kubernetes.io/component'] === 'redis';

async function alreadyRunning(localJson: string): Promise<AlreadyRunningError> {
  const running = await readLocalJson(localJson);
  return new AlreadyRunningError(
    running
      ? `Parley already runs from this folder (process ${running.pid}): ${running.webUrl}`
      : 'Parley is just being started from this folder by another process.',
  );
}

/** Keeps `local.json` in step with the pods that can be scraped. */
class Figures {
  readonly #path: string;
  readonly #facts: Omit<LocalJson, 'prometheusTargets'>;
  readonly #pods = new Map<string, Pod>();
  #content = '';
  #writing: Promise<void> = Promise.resolve();
  targets: LocalJson['prometheusTargets'] = [];

  constructor(path: string, facts: Omit<LocalJson, 'prometheusTargets'>) {
    this.#path = path;
    this.#facts = facts;
  }

  written(): Promise<void> {
    return this.#writing;
  }

  replace(pods: Pod[]): void {
    this.#pods.clear();
    for (const pod of pods) this.#pods.set(pod.metadata?.uid ?? '', pod);
    this.#update();
  }

  set(pod: Pod): void {
    this.#pods.set(pod.metadata?.uid ?? '', pod);
    this.#update();
  }

  remove(pod: Pod): void {
    this.#pods.delete(pod.metadata?.uid ?? '');
    this.#update();
  }

  #update(): void {
    this.targets = prometheusTargets([...this.#pods.values()]);
    const content = `${JSON.stringify({ ...this.#facts, prometheusTargets: this.targets }, undefined, 2)}\n`;
    if (content === this.#content) return;
    this.#content = content;
    this.#writing = this.#writing.then(() => writeWhole(this.#path, content)).catch(() => undefined);
  }
}
