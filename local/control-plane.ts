import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { locateTool } from '@parley/setup';
import { claimNetwork, type Network } from './addresses.ts';
import { applyAll } from './kube/apply.ts';
import { type KubeAccess, KubeClient } from './kube/client.ts';
import { kubeconfig } from './kube/kubeconfig.ts';
import type { KubeObject } from './kube/wire.ts';
import { keepRunning, type RunningProcess, stackVariable, startProcess, stopProcess } from './processes.ts';

export interface ControlPlaneOptions {
  /** Folder of its own for keys, data and logs. It is made if need be and `stop` removes it. */
  dir: string;
  /** Where to listen. Default: a network that is claimed and released with the control plane. */
  network?: Network;
  /** What every process carries in its environment, so that a later start finds it. Default: `dir`. */
  marker?: string;
  /** Folder of the log files. Default: `dir`. */
  logs?: string;
  /** File that the API server notes every request in, one JSON `audit.k8s.io/v1` Event per line. Default: none. */
  auditLog?: string;
  /** If given, a program that ends by itself is started again, and this is told of it. Default: it stays down. */
  restarted?: (what: string) => void;
}

/** A real etcd and kube-apiserver with RBAC and service account tokens. There is no controller manager. */
export interface ControlPlane extends AsyncDisposable {
  readonly url: string;
  readonly network: Network;
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** Bearer token of the group `system:masters`. */
  readonly adminToken: string;
  /** PEM certificate of the API server, which signed it itself; `certKey` is its key. */
  readonly ca: string;
  readonly certKey: string;
  /** A client with the administrator's rights. */
  readonly client: KubeClient;
  readonly apiserverPid: number;
  /** The text of a kubeconfig that shows this bearer token. */
  kubeconfigFor(user: string, token: string, namespace?: string): string;
  /** A token of a ServiceAccount that exists, with its rights and nothing more. Valid for an hour. */
  serviceAccountToken(namespace: string, name: string): Promise<string>;
  /** Server-side apply with the administrator's rights; definitions are served when it resolves. */
  apply(objects: readonly KubeObject[]): Promise<void>;
  /** Kills the API server with SIGKILL, as a crash would. What it stored stays in etcd. */
  killApiserver(): Promise<void>;
  /** Starts the API server again at the same address. */
  restartApiserver(): Promise<void>;
  /** Ends both processes and removes `dir`. */
  stop(): Promise<void>;
}

/**
 * Starts etcd and kube-apiserver and waits until the API is ready.
 *
 * @throws ToolsMissingError, or an Error with the path of the log of the program that failed.
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const dir = resolve(options.dir);
  const logs = resolve(options.logs ?? dir);
  const network = options.network ?? (await claimNetwork());
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: dir,
    [stackVariable]: options.marker ?? dir,
  };
  const running: { etcd?: RunningProcess; apiserver?: RunningProcess } = {};
  let client: KubeClient | undefined;

  const closed = new AbortController();
  const stop = async () => {
    closed.abort();
    client?.close();
    if (running.apiserver) await stopProcess(running.apiserver, 3_000);
    if (running.etcd) await stopProcess(running.etcd, 3_000);
    if (!options.network) await network.release();
    await rm(dir, { recursive: true, force: true });
  };

  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await mkdir(logs, { recursive: true, mode: 0o700 });
    const adminToken = await writeCredentials(dir);
    const url = `https://${network.nodeAddress}:${network.ports.kubeApi}`;
    const start = async (name: 'etcd' | 'kube-apiserver', command: [string, ...string[]]) =>
      startProcess({ command, env, cwd: dir, logFile: join(logs, `${name}.log`) });
    const startApiserver = async () => {
      running.apiserver = await start('kube-apiserver', apiserverCommand(dir, network, options.auditLog));
      return running.apiserver;
    };
    const startEtcd = async () => {
      running.etcd = await start('etcd', etcdCommand(dir, network));
      return running.etcd;
    };
    const etcd = await startEtcd();
    const apiserver = await startApiserver();
    const access = await readiness(dir, logs, { url, token: adminToken }, running);
    client = new KubeClient(access);
    const admin = client;
    const { restarted } = options;
    if (restarted) {
      void keepRunning(etcd, startEtcd, () => restarted('etcd'), closed.signal);
      void keepRunning(apiserver, startApiserver, () => restarted('kube-apiserver'), closed.signal);
    }
    const path = join(dir, 'kubeconfig');
    await writeFile(path, kubeconfig(access, 'admin'), { mode: 0o600 });

    return {
      url,
      network,
      kubeconfig: path,
      adminToken,
      ca: access.ca,
      certKey: await readFile(join(dir, 'certs/apiserver.key'), 'utf8'),
      client: admin,
      get apiserverPid() {
        return running.apiserver?.pid ?? 0;
      },
      kubeconfigFor: (user, token, namespace) =>
        kubeconfig({ ...access, token }, user, namespace ? { namespace } : {}),
      async serviceAccountToken(namespace, name) {
        const answer = await admin.call<{ status: { token: string } }>({
          method: 'POST',
          path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
          body: {
            apiVersion: 'authentication.k8s.io/v1',
            kind: 'TokenRequest',
            spec: { expirationSeconds: 3600 },
          },
        });
        return answer.status.token;
      },
      apply: objects => applyAll(admin, objects),
      async killApiserver() {
        running.apiserver?.killGroup();
        await running.apiserver?.exited;
      },
      async restartApiserver() {
        await startApiserver();
        await readiness(dir, logs, { url, token: adminToken }, running);
      },
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    running.apiserver?.killGroup();
    running.etcd?.killGroup();
    if (!options.network) await network.release();
    throw error;
  }
}

/** Writes the keys and tokens that the API server starts with, and returns the administrator's token. */
async function writeCredentials(dir: string): Promise<string> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const adminToken = randomBytes(32).toString('hex');
  const file = (name: string, data: string) => writeFile(join(dir, name), data, { mode: 0o600 });
  await file('service-accounts.key', privateKey.export({ type: 'sec1', format: 'pem' }).toString());
  await file('tokens.csv', `${adminToken},admin,admin,"system:masters"\n`);
  await file('audit-policy.json', JSON.stringify(auditPolicy));
  return adminToken;
}

/** Who asked for what, once it is answered; not what was in it. */
const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived', 'ResponseStarted'],
  rules: [{ level: 'Metadata' }],
};

function etcdCommand(dir: string, { nodeAddress: address, ports }: Network): [string, ...string[]] {
  const client = `http://${address}:${ports.etcd}`;
  const peer = `http://${address}:${ports.etcdPeer}`;
  return [
    locateTool('etcd'),
    '--name=parley',
    `--data-dir=${join(dir, 'etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=parley=${peer}`,
  ];
}

function apiserverCommand(
  dir: string,
  { nodeAddress: address, ports }: Network,
  auditLog: string | undefined,
): [string, ...string[]] {
  const serviceAccountKey = join(dir, 'service-accounts.key');
  return [
    locateTool('kubeApiserver'),
    `--etcd-servers=http://${address}:${ports.etcd}`,
    `--bind-address=${address}`,
    `--advertise-address=${address}`,
    `--secure-port=${ports.kubeApi}`,
    `--cert-dir=${join(dir, 'certs')}`,
    // The node answers the API server only, which shows the certificate that it made for itself.
    `--kubelet-client-certificate=${join(dir, 'certs/apiserver.crt')}`,
    `--kubelet-client-key=${join(dir, 'certs/apiserver.key')}`,
    `--token-auth-file=${join(dir, 'tokens.csv')}`,
    '--anonymous-auth=false',
    '--authorization-mode=RBAC',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${serviceAccountKey}`,
    `--service-account-signing-key-file=${serviceAccountKey}`,
    '--api-audiences=https://kubernetes.default.svc',
    '--disable-admission-plugins=ServiceAccount',
    '--endpoint-reconciler-type=none',
    '--service-cluster-ip-range=10.0.0.0/24',
    '--event-ttl=1h',
    '--profiling=false',
    ...(auditLog
      ? [
          `--audit-policy-file=${join(dir, 'audit-policy.json')}`,
          `--audit-log-path=${auditLog}`,
          // One file, which is never rotated.
          '--audit-log-maxsize=10000',
        ]
      : []),
  ];
}

/** Waits until the API server says that it is ready, at most for a minute. */
async function readiness(
  dir: string,
  logs: string,
  { url, token }: Omit<KubeAccess, 'ca'>,
  running: { etcd?: RunningProcess; apiserver?: RunningProcess },
): Promise<KubeAccess> {
  let dead: string | undefined;
  for (const [name, started] of [
    ['etcd', running.etcd],
    ['kube-apiserver', running.apiserver],
  ] as const) {
    void started?.exited.then(({ code, signal }) => {
      dead = `${name} ended (${signal ?? `status ${code}`}): see ${join(logs, `${name}.log`)}.`;
    });
  }
  let cause: unknown;
  const end = Date.now() + 60_000;
  while (Date.now() < end && dead === undefined) {
    let probe: KubeClient | undefined;
    try {
      const ca = await readFile(join(dir, 'certs/apiserver.crt'), 'utf8');
      probe = new KubeClient({ url, ca, token });
      (await probe.open({ path: '/readyz', timeoutMs: 5_000 })).resume();
      // The API server makes it a moment after it is ready.
      (await probe.open({ path: '/api/v1/namespaces/default', timeoutMs: 5_000 })).resume();
      return { url, ca, token };
    } catch (error) {
      cause = error;
      await sleep(50);
    } finally {
      probe?.close();
    }
  }
  throw new Error(
    dead ?? `kube-apiserver was not ready after a minute: see ${join(logs, 'kube-apiserver.log')}.`,
    {
      cause,
    },
  );
}
