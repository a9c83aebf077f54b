import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig, type V1Pod } from '@kubernetes/client-node';
import { type ControlPlane, startControlPlane } from '@parley/local';
import { MediaPoolSpec } from '@parley/resources';
import { createLogger } from '@parley/telemetry';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Node, Pod, pods as podKind, Service } from '../kinds.ts';
import { KubeApi, KubeError, Store } from '../runtime/index.ts';
import { makePool } from '../test/make.ts';
import { endpointsOf } from './endpoints.ts';
import { Exposer, NoFreePortsError, podsProblem } from './exposer.ts';
import type { AcceptedPool } from './pod.ts';

const namespace = 'parley-system';
const settings = { namespace, images: { sfu: 'sfu:1', turn: 'turn:1' }, secretName: 'parley' };
const log = createLogger('test');
log.level = 'silent';

let plane: ControlPlane;
let api: KubeApi;
beforeAll(async () => {
  plane = await startControlPlane({ dir: await mkdtemp(join(tmpdir(), 'parley-exposer-')) });
  const config = new KubeConfig();
  config.loadFromFile(plane.kubeconfig);
  api = new KubeApi(config, { fieldManager: 'parley-operator', log });
  for (const name of [namespace, 'elsewhere'])
    await plane.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }] as never);
});
afterAll(async () => {
  api?.close();
  await plane?.stop();
});

/** An operator that has just started, knowing what Kubernetes has. */
async function startExposer() {
  const stores = { pods: new Store<Pod>(), nodes: new Store<Node>(), services: new Store<Service>() };
  const list = async (path: string) => (await plane.client.call<{ items: unknown[] }>({ path })).items;
  const of = (plural: string) => list(`/api/v1/namespaces/${namespace}/${plural}`);
  for (const pod of await of('pods')) stores.pods.put(Pod.parse(pod));
  for (const service of await of('services')) stores.services.put(Service.parse(service));
  for (const node of await list('/api/v1/nodes')) stores.nodes.put(Node.parse(node));
  return { ...stores, exposer: new Exposer({ api, log, settings, ...stores }) };
}

const pool = (spec: object): AcceptedPool => ({
  metadata: { ...makePool().metadata, name: 'default' },
  spec: MediaPoolSpec.parse({ sfu: { workers: 2 }, ...spec }),
});

async function create(pod: V1Pod, more: object = {}): Promise<Pod> {
  const name = pod.metadata?.name ?? '';
  const body = { ...pod, spec: { ...pod.spec, ...more } };
  return api.create(podKind, { namespace, name }, body);
}

async function removePod(pod: Pod): Promise<void> {
  await plane.client.call({
    method: 'DELETE',
    path: `/api/v1/namespaces/${namespace}/pods/${pod.metadata.name}`,
    body: { gracePeriodSeconds: 0 },
  });
}

interface ServiceJson {
  metadata: { name: string };
  spec: { externalTrafficPolicy: string; ports: { protocol: string; port: number; nodePort: number }[] };
}
const servicesNow = async () => {
  const path = `/api/v1/namespaces/${namespace}/services`;
  return (await plane.client.call<{ items: ServiceJson[] }>({ path })).items;
};

describe('NodePort', () => {
  const nodePorts = { from: 30_100, to: 30_105 };
  const wanted = pool({ exposure: { type: 'NodePort', nodePorts } });

  test("gives each pod a Service on ports that nobody has, also not one of another's Services", async () => {
    const foreign = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'foreign', namespace: 'elsewhere' },
      spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30_101, protocol: 'TCP' }] },
    };
    await plane.apply([foreign] as never);
    const { exposer, pods } = await startExposer();
    const first = await exposer.sfuPod(wanted);
    pods.put(await create(first));
    const second = await exposer.sfuPod(wanted);
    pods.put(await create(second));

    expect(
      endpointsOf([...pods.values()])
        .map(({ ports }) => ports)
        .sort(),
    ).toEqual([
      [30_100, 30_102],
      [30_103, 30_104],
    ]);
    const [service] = (await servicesNow()).filter(({ metadata }) => metadata.name === first.metadata?.name);
    expect(service?.spec.externalTrafficPolicy).toBe('Local');
    expect(service?.spec.ports.map(({ protocol, port, nodePort }) => [protocol, port, nodePort])).toEqual([
      ['UDP', 30_100, 30_100],
      ['TCP', 30_100, 30_100],
      ['UDP', 30_102, 30_102],
      ['TCP', 30_102, 30_102],
    ]);

    await expect(exposer.sfuPod(wanted)).rejects.toThrow(NoFreePortsError);
    expect(podsProblem(await exposer.sfuPod(wanted).catch(error => error))).toEqual({
      reason: 'NoFreePorts',
      message: 'All node ports from 30100 to 30105 are taken: widen spec.exposure.nodePorts.',
    });
  });

  test('makes a Service again that somebody deleted', async () => {
    const before = await servicesNow();
    const name = before[0]?.metadata.name ?? '';
    await plane.client.call({ method: 'DELETE', path: `/api/v1/namespaces/${namespace}/services/${name}` });
    const { exposer } = await startExposer();
    await exposer.tend(wanted);
    const after = (await servicesNow()).find(({ metadata }) => metadata.name === name);
    expect(after?.spec.ports).toEqual(before[0]?.spec.ports);
  });

  test('says so where another Service has taken the ports meanwhile', async () => {
    const [own] = await servicesNow();
    const [name, nodePort] = [own?.metadata.name ?? '', own?.spec.ports[0]?.nodePort];
    const path = `/api/v1/namespaces/${namespace}/services/${name}`;
    await plane.client.call({ method: 'DELETE', path });
    const thief = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'thief', namespace: 'elsewhere' },
      spec: { type: 'NodePort', ports: [{ port: 80, nodePort, protocol: 'UDP' }] },
    };
    await plane.apply([thief] as never);
    const { exposer } = await startExposer();
    expect(await exposer.tend(wanted)).toEqual({
      reason: 'NoFreePorts',
      message: `The Service of pod ${name} is gone and another has its ports, so nobody reaches it: delete the pod.`,
    });
    const refused = { ...wanted, metadata: { ...wanted.metadata, uid: '' } };
    await plane.client.call({ method: 'DELETE', path: '/api/v1/namespaces/elsewhere/services/thief' });
    expect(await exposer.tend(refused)).toMatchObject({ reason: 'PodRefused' });
    expect(await exposer.tend(wanted)).toBeUndefined();
  });

  test('removes a Service with its pod, and one whose pod was never made', async () => {
    const started = await startExposer();
    for (const pod of started.pods.values()) await removePod(pod);
    // The operator dies between the Service and its pod.
    const { exposer } = await startExposer();
    await exposer.removeStrayServices('default');
    await exposer.sfuPod(wanted);
    expect(await servicesNow()).toHaveLength(1);
    const { exposer: next } = await startExposer();
    await next.removeStrayServices('other');
    expect(await servicesNow()).toHaveLength(1);
    await next.removeStrayServices('default');
    expect(await servicesNow()).toHaveLength(0);
  });

  test("leaves a Service alone that somebody else made for the pool's pods", async () => {
    const labels = { 'app.kubernetes.io/part-of': 'parley', 'parley.dev/pool': 'default' };
    const spec = { clusterIP: 'None', selector: labels, ports: [{ port: 8080, protocol: 'TCP' }] };
    const metadata = { name: 'figures', namespace, labels };
    await plane.apply([{ apiVersion: 'v1', kind: 'Service', metadata, spec }] as never);
    const { exposer } = await startExposer();
    await exposer.removeStrayServices('default');
    const left = await servicesNow();
    expect(left.map(service => service.metadata.name)).toEqual(['figures']);
    await plane.client.call({ method: 'DELETE', path: `/api/v1/namespaces/${namespace}/services/figures` });
  });

  test('says what the API server does not like', async () => {
    const { exposer } = await startExposer();
    const outside = pool({ exposure: { type: 'NodePort', nodePorts: { from: 4000, to: 4100 } } });
    const error = await exposer.sfuPod(outside).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(KubeError);
    expect(podsProblem(error)).toMatchObject({
      reason: 'PodRefused',
      message: expect.stringContaining('The range of valid ports is 30000-32767'),
    });
  });
});

describe('addresses', () => {
  const addNode = async (name: string, addresses: object[]) => {
    await plane.apply([{ apiVersion: 'v1', kind: 'Node', metadata: { name } }] as never);
    await plane.client.call({
      method: 'PATCH',
      path: `/api/v1/nodes/${name}/status`,
      contentType: 'application/merge-patch+json',
      body: { status: { addresses } },
    });
  };

  test('of its node are written on a pod once it has one', async () => {
    await addNode('both', [
      { type: 'InternalIP', address: '10.0.0.5' },
      { type: 'ExternalIP', address: '203.0.113.5' },
      { type: 'ExternalIP', address: '2001:db8::5' },
    ]);
    const wanted = pool({});
    const { exposer, pods } = await startExposer();
    const waiting = await create(await exposer.sfuPod(wanted));
    const placed = await create(exposer.turnPod(wanted), { nodeName: 'both' });
    for (const pod of [waiting, placed]) pods.put(pod);
    expect(await exposer.tend(wanted)).toBeUndefined();

    const [relay, sfu] = endpointsOf([...pods.values()]).reverse();
    expect(relay).toMatchObject({
      node: 'both',
      addresses: ['203.0.113.5', '2001:db8::5'],
      source: 'ExternalIP',
    });
    expect(sfu).toMatchObject({ addresses: [] });
    const written = await api.get(podKind, { namespace, name: placed.metadata.name });
    expect(written.metadata.annotations['parley.dev/addresses']).toBe('203.0.113.5,2001:db8::5');
    for (const pod of [waiting, placed]) await removePod(pod);
  });

  test('that are missing are reported', async () => {
    await addNode('bare', [{ type: 'Hostname', address: 'bare' }]);
    const wanted = pool({ exposure: { addressTypes: ['ExternalIP'] } });
    const { exposer, pods } = await startExposer();
    const pod = await create(await exposer.sfuPod(wanted), { nodeName: 'bare' });
    pods.put(pod);
    expect(await exposer.tend(wanted)).toEqual({
      reason: 'NoAddress',
      message: expect.stringContaining(
        'Node "bare" has no address that clients may be told: ExternalIP (IPv4, IPv6).',
      ),
    });
    await removePod(pod);
  });

  test('come to a pod that went meanwhile without an error', async () => {
    const wanted = pool({});
    const { exposer, pods } = await startExposer();
    const pod = await create(await exposer.sfuPod(wanted), { nodeName: 'both' });
    await removePod(pod);
    pods.put(pod);
    expect(await exposer.tend(wanted)).toBeUndefined();
  });
});

describe('the API server takes', () => {
  const template = {
    metadata: { labels: { team: 'media' }, annotations: { note: 'x' } },
    spec: {
      nodeSelector: { 'parley.dev/media': 'true' },
      tolerations: [{ key: 'media', operator: 'Exists', effect: 'NoSchedule' }],
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }],
          },
        },
      },
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'topology.kubernetes.io/zone',
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: { team: 'media' } },
        },
      ],
      volumes: [{ name: 'scratch', emptyDir: {} }],
      containers: [
        {
          name: 'sfu',
          env: [{ name: 'ROOM_IDLE_MINUTES', value: '9' }],
          resources: { requests: { cpu: '3' }, limits: { memory: '4Gi' } },
          volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }],
        },
        { name: 'sidecar', image: 'sidecar:1' },
      ],
    },
  };
  const dryRun = (body: V1Pod) =>
    plane.client.call<V1Pod>({
      method: 'POST',
      path: `/api/v1/namespaces/${namespace}/pods?dryRun=All`,
      body,
    });

  test.each(['HostPort', 'HostNetwork', 'PodNetwork', 'TurnOnly'])(
    'the pods of %s as they are',
    async type => {
      const { exposer } = await startExposer();
      const turn = { tls: { secretName: 'certificate' }, port: 3479 };
      const wanted = pool({ exposure: { type }, turn });
      await dryRun(await exposer.sfuPod(wanted));
      await dryRun(exposer.turnPod(wanted, '0b0c4a26-4bd3-4d35-8d4c-7c1b1e2e9e55'));
    },
  );

  test('a pod with a template of everything', async () => {
    const { exposer } = await startExposer();
    const made = await dryRun(await exposer.sfuPod(pool({ sfu: { workers: 1, podTemplate: template } })));
    expect(made.metadata).toMatchObject({
      labels: { team: 'media', 'parley.dev/pool': 'default' },
      annotations: { note: 'x' },
    });
    expect(made.spec).toMatchObject({
      nodeSelector: { 'parley.dev/media': 'true' },
      affinity: template.spec.affinity,
      topologySpreadConstraints: template.spec.topologySpreadConstraints,
    });
    const [sfu, sidecar] = made.spec?.containers ?? [];
    expect(sidecar?.name).toBe('sidecar');
    expect(sfu?.resources).toEqual({
      requests: { cpu: '3', memory: '256Mi' },
      limits: { memory: '4Gi' },
    });
    expect(sfu?.env).toContainEqual({ name: 'ROOM_IDLE_MINUTES', value: '9' });
    expect(sfu?.env).toContainEqual({ name: 'POOL', value: 'default' });
    expect(sfu?.ports).toHaveLength(3);
  });

  test('no pod whose template is nonsense, and the pool says so', async () => {
    const { exposer } = await startExposer();
    const podTemplate = {
      spec: { containers: [{ name: 'sfu', resources: { limits: { memory: 'much' } } }] },
    };
    const pod = await exposer.sfuPod(pool({ sfu: { podTemplate } }));
    const error = await create(pod).catch((error: unknown) => error);
    expect(podsProblem(error)).toMatchObject({
      reason: 'PodRefused',
      message: expect.stringContaining('much'),
    });
  });
});

test('ports that were given to a pod are not given to another while it is made', async () => {
  const { exposer } = await startExposer();
  const wanted = pool({ exposure: { type: 'HostNetwork' } });
  const hostPorts = ({ spec }: V1Pod) =>
    (spec?.containers ?? []).flatMap(({ ports = [] }) => ports.map(({ hostPort = 0 }) => hostPort));
  const made = [await exposer.sfuPod(wanted), exposer.turnPod(wanted), exposer.turnPod(wanted, 'uid')];
  const given = made.flatMap(pod => [...new Set(hostPorts(pod))].filter(port => port !== 3478));
  expect(given).toEqual([40_000, 40_001, 40_002, 40_003, 40_004]);
});
