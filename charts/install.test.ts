import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ControlPlane, startControlPlane } from '@parley/local';
import { KubeError } from '@parley/resources';
import { eventually } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { chartFolder, HelmError, helm, type Rendered, renderChart } from './render.ts';
import { matrix } from './test-values.ts';

const namespace = 'parley-system';
let plane: ControlPlane;
let folder: string;
/** The chart for the oldest API server that tests run with. */
let chart: string;
let served: Map<string, { name: string; namespaced: boolean }>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-chart-'));
  plane = await startControlPlane({ dir: join(folder, 'cluster') });
  chart = join(folder, 'chart');
  await cp(chartFolder, chart, { recursive: true });
  const metadata = await readFile(join(chart, 'Chart.yaml'), 'utf8');
  await writeFile(
    join(chart, 'Chart.yaml'),
    metadata.replace(/^kubeVersion: .*$/m, 'kubeVersion: ">=1.20.0-0"'),
  );
  served = await kindsOf(plane);
});
afterAll(async () => {
  await plane?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What the API server knows, by apiVersion and kind. */
async function kindsOf({
  client,
}: ControlPlane): Promise<Map<string, { name: string; namespaced: boolean }>> {
  const { groups } = await client.call<{ groups: { versions: { groupVersion: string }[] }[] }>({
    path: '/apis',
  });
  const versions = groups.flatMap(group => group.versions.map(({ groupVersion }) => groupVersion));
  const found = new Map<string, { name: string; namespaced: boolean }>();
  for (const version of ['v1', ...versions]) {
    const path = version === 'v1' ? '/api/v1' : `/apis/${version}`;
    const { resources } = await client.call<{
      resources: { name: string; kind: string; namespaced: boolean }[];
    }>({ path });
    for (const { name, kind, namespaced } of resources) {
      if (!name.includes('/')) found.set(`${version} ${kind}`, { name, namespaced });
    }
  }
  return found;
}

const kindOf = ({ apiVersion, kind }: Rendered) => `${apiVersion} ${kind}`;

/** Makes the object without keeping it, with the server's whole validation. @throws KubeError */
async function dryRun(object: Rendered): Promise<void> {
  const kind = served.get(kindOf(object));
  if (!kind) throw new Error(`The API server has no ${kindOf(object)}.`);
  const root = object.apiVersion === 'v1' ? '/api/v1' : `/apis/${object.apiVersion}`;
  const scope = kind.namespaced ? `/namespaces/${namespace}` : '';
  try {
    await plane.client.call({
      method: 'POST',
      path: `${root}${scope}/${kind.name}?dryRun=All`,
      body: object,
    });
  } catch (error) {
    if (error instanceof KubeError && error.reason === 'AlreadyExists') return;
    throw error;
  }
}

/** The kinds that an API server may not have; everything else has to be checked. */
const maybeUnknown = [
  'policy/v1 PodDisruptionBudget',
  'autoscaling/v2 HorizontalPodAutoscaler',
  'monitoring.coreos.com/v1 PodMonitor',
  'monitoring.coreos.com/v1 PrometheusRule',
  'gateway.networking.k8s.io/v1 HTTPRoute',
];

describe('a dry run on the API server', () => {
  beforeAll(async () => {
    const definitions = renderChart({ namespace }).filter(({ kind }) => kind === 'CustomResourceDefinition');
    await plane.apply([
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
      ...definitions,
    ]);
    served = await kindsOf(plane);
  });
  afterAll(async () => {
    for (const name of ['rooms.parley.dev', 'mediapools.parley.dev']) {
      const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`;
      await plane.client.call({ method: 'DELETE', path });
    }
    // Helm takes a definition that is about to go for one that is there, and makes it no more.
    await eventually('the definitions to be gone', async () => {
      const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
      const { items } = await plane.client.call<{ items: object[] }>({ path });
      const known = await kindsOf(plane);
      return items.length === 0 && ![...known.keys()].some(kind => kind.startsWith('parley.dev/'));
    });
  });

  test.each(Object.entries(matrix))('takes what is rendered: %s', async (_, values) => {
    const objects = renderChart({
      namespace,
      values,
      hooks: true,
    });
    const unknown = objects.filter(object => !served.has(kindOf(object)));
    for (const object of unknown) expect(maybeUnknown).toContain(kindOf(object));
    let checked = 0;
    for (const object of objects) {
      if (unknown.includes(object)) continue;
      await dryRun(object);
      checked += 1;
    }
    expect(checked).toBe(objects.length - unknown.length);
    expect(checked).toBeGreaterThan(unknown.length);
  });
});

describe('helm install, upgrade and uninstall against the API server', () => {
  // What Kubernetes 1.20 does not know.
  const old = {
    operator: { podDisruptionBudget: { enabled: false } },
    signaling: { podDisruptionBudget: { enabled: false } },
    web: { podDisruptionBudget: { enabled: false } },
  };
  // Old servers refuse nothing that they do not know, but Helm, who asks them what they know, does.
  const lenient = ['--disable-openapi-validation', '-f', '-'];
  const run = (args: string[], values: object = {}) =>
    helm(
      [...args, '--namespace', namespace, '--kubeconfig', plane.kubeconfig],
      JSON.stringify({ ...old, ...values }),
      {
        HELM_CACHE_HOME: join(folder, 'cache'),
        HELM_CONFIG_HOME: join(folder, 'config'),
        HELM_DATA_HOME: join(folder, 'data'),
      },
    );
  const get = <T = Rendered>(path: string) => plane.client.call<T>({ path });
  const pool = (name: string) =>
    get<{ metadata: Rendered['metadata'] & { uid: string }; spec: { maximum: number } }>(
      `/apis/parley.dev/v1alpha1/mediapools/${name}`,
    );
  const secret = async () =>
    (await get<{ data: Record<string, string> }>(`/api/v1/namespaces/${namespace}/secrets/parley`)).data;
  const decoded = (text = '') => Buffer.from(text, 'base64').toString();

  test('the first installation makes everything in one go, pools too', async () => {
    const said = run(['install', 'parley', chart, '--create-namespace', ...lenient]);
    expect(said).toContain('STATUS: deployed');
    expect(said).toContain('kubectl wait mediapools --all --for=condition=Ready');
    expect(said).toContain('There is no way in yet.');
    expect((await pool('default')).spec.maximum).toBe(4);
    const data = await secret();
    for (const key of ['control-token', 'turn-secret', 'token-signing-key', 'api-key']) {
      expect(decoded(data[key]), key).toMatch(/^\w{43}$/);
    }
    const [, password] = decoded(data['redis.conf']).trim().split(' ');
    expect(decoded(data['redis-url'])).toBe(`redis://:${password}@parley-redis.${namespace}.svc:6379`);
  });

  test('an upgrade changes pools and keeps secrets and all else', async () => {
    const [before, data] = [await pool('default'), await secret()];
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/parley-signaling`;
    type Deployment = { spec: { template: { metadata: { annotations: Record<string, string> } } } };
    const template = async () => (await get<Deployment>(path)).spec.template;
    const unchanged = await template();

    run(['upgrade', 'parley', chart, ...lenient], {
      pools: { default: { maximum: 9 }, other: { minimum: 0 } },
    });
    const after = await pool('default');
    expect(after.spec.maximum).toBe(9);
    expect(after.metadata.uid).toBe(before.metadata.uid);
    expect((await pool('other')).metadata.labels).toMatchObject({ 'app.kubernetes.io/managed-by': 'Helm' });
    expect(run(['get', 'hooks', 'parley'])).not.toContain('parley-definitions');
    expect(await secret()).toEqual(data);
    expect(await template()).toEqual(unchanged);

    run(['upgrade', 'parley', chart, ...lenient], {
      signaling: { ...old.signaling, graceSeconds: 20 },
    });
    expect((await pool('default')).metadata.uid).toBe(before.metadata.uid);
    await expect(pool('other')).rejects.toThrow('not found');
  });

  test('definitions that differ are brought up to date by a Job that may do just that', async () => {
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/rooms.parley.dev';
    const merge = 'application/merge-patch+json';
    const old = {
      metadata: { annotations: { 'parley.dev/definition-hash': 'old' } },
      spec: { names: { shortNames: ['r'] } },
    };
    await plane.client.call({ method: 'PATCH', path, body: old, contentType: merge });
    // There is nothing here that runs Jobs: the test does.
    run(['upgrade', 'parley', chart, '--no-hooks', ...lenient]);
    const hooks = parseAllDocuments(run(['get', 'hooks', 'parley'])).map(
      document => document.toJS() as Rendered,
    );
    const hook = hooks.filter(({ metadata }) => metadata.name === 'parley-definitions');
    expect(hook.map(({ kind }) => kind).sort()).toEqual([
      'ClusterRole',
      'ClusterRoleBinding',
      'ConfigMap',
      'Job',
      'ServiceAccount',
    ]);
    await plane.apply(hook.filter(({ kind }) => kind !== 'Job'));
    const { data } = hook.find(({ kind }) => kind === 'ConfigMap') as unknown as {
      data: Record<string, string>;
    };
    const [definitions, account] = [join(folder, 'definitions'), join(folder, 'account')];
    for (const made of [definitions, account]) await mkdir(made);
    for (const [name, text] of Object.entries(data)) await writeFile(join(definitions, name), text);
    await writeFile(join(account, 'ca.crt'), plane.ca);
    await writeFile(join(account, 'token'), await plane.serviceAccountToken(namespace, 'parley-definitions'));
    const { hostname, port } = new URL(plane.url);
    const env = {
      ...process.env,
      SERVICE_ACCOUNT_DIR: account,
      DEFINITIONS_DIR: definitions,
      KUBERNETES_SERVICE_HOST: hostname,
      KUBERNETES_SERVICE_PORT: port,
    };
    const job = () => promisify(execFile)(process.execPath, [join(definitions, 'upgrade.mjs')], { env });
    expect((await job()).stdout).toContain('rooms.parley.dev is up to date');
    const { metadata, spec } = await get<{
      metadata: { annotations: Record<string, string> };
      spec: { names: { shortNames?: string[] } };
    }>(path);
    expect(metadata.annotations['parley.dev/definition-hash']).toMatch(/^[0-9a-f]{16}$/);
    expect(spec.names.shortNames ?? []).toEqual([]);
    run(['upgrade', 'parley', chart, ...lenient]);
    expect(run(['get', 'hooks', 'parley'])).not.toContain('parley-definitions');

    await writeFile(join(account, 'token'), await plane.serviceAccountToken(namespace, 'parley-signaling'));
    await expect(job()).rejects.toThrow(/answered 403/);
  });

  test('a given secret replaces a kept one, and the pods that read it are exchanged', async () => {
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/parley-signaling`;
    const checksum = async () =>
      (await get<{ spec: { template: { metadata: { annotations: Record<string, string> } } } }>(path)).spec
        .template.metadata.annotations['checksum/secret'];
    const [sum, data] = [await checksum(), await secret()];
    run(['upgrade', 'parley', chart, ...lenient], { secrets: { apiKey: 'a-key-of-our-own-choice' } });
    expect(decoded((await secret())['api-key'])).toBe('a-key-of-our-own-choice');
    expect((await secret())['turn-secret']).toBe(data['turn-secret']);
    expect(await checksum()).not.toBe(sum);
  });

  test('the TURN secret is changed in the cluster, with an overlap, and upgrades keep each step', async () => {
    const upgrade = (secrets = {}) => run(['upgrade', 'parley', chart, ...lenient], { secrets });
    const turnSecrets = async () => {
      const data = await secret();
      return [data['turn-secret'], data['turn-secret-also-accepted']].map(text => text && decoded(text));
    };
    const patch = (body: object, contentType = 'application/merge-patch+json') =>
      plane.client.call({
        method: 'PATCH',
        path: `/api/v1/namespaces/${namespace}/secrets/parley`,
        body,
        contentType,
      });
    const [old] = await turnSecrets();
    const next = 'the-turn-secret-that-follows';
    for (const stringData of [
      { 'turn-secret-also-accepted': next },
      { 'turn-secret': next, 'turn-secret-also-accepted': old },
    ]) {
      await patch({ stringData });
      const [now, also] = await turnSecrets();
      upgrade();
      expect(await turnSecrets()).toEqual([now, also]);
    }
    await patch([{ op: 'remove', path: '/data/turn-secret-also-accepted' }], 'application/json-patch+json');
    upgrade();
    expect(await turnSecrets()).toEqual([next, undefined]);

    upgrade({ turnSecretAlsoAccepted: 'one-that-the-values-name' });
    expect(await turnSecrets()).toEqual([next, 'one-that-the-values-name']);
    upgrade();
    expect(await turnSecrets()).toEqual([next, undefined]);
  });

  test('wrong values change nothing', async () => {
    expect(() => run(['upgrade', 'parley', chart, ...lenient], { web: { replicas: 'two' } })).toThrow(
      HelmError,
    );
    expect(run(['status', 'parley'])).toContain('STATUS: deployed');
  });

  test('an uninstallation takes the pools and keeps the definitions, and with them the Rooms', async () => {
    const room = {
      apiVersion: 'parley.dev/v1alpha1',
      kind: 'Room',
      metadata: { name: 'demo', namespace: 'default' },
    };
    await plane.apply([{ ...room, spec: {} } as object]);
    run(['uninstall', 'parley']);
    await expect(pool('default')).rejects.toThrow('not found');
    expect(await get('/apis/parley.dev/v1alpha1/namespaces/default/rooms/demo')).toMatchObject(room);
    await expect(secret()).rejects.toThrow('not found');
  });
});
