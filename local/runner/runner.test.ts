import { execFile, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { isStatus } from '@parley/resources';
import { locateTool } from '@parley/setup';
import { eventually } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from '../control-plane.ts';
import type { Container, ContainerStatus, List, Pod } from '../kube/types.ts';
import type { Images } from './images.ts';
import { type PodRunner, startPodRunner } from './runner.ts';

/** Answers on HTTP, echoes on TCP and UDP, and does as its paths say. */
const program = `
import { createServer } from 'node:http';
import { createServer as tcp } from 'node:net';
import { createSocket } from 'node:dgram';
import { existsSync, readFileSync } from 'node:fs';
const host = process.env.POD_IP;
let ready = true, live = true;
createServer((request, response) => {
  if (request.url === '/env') return response.end(JSON.stringify(process.env));
  if (request.url === '/args') return response.end(JSON.stringify(process.argv.slice(2)));
  if (request.url === '/file') return response.end(readFileSync(process.argv[2]));
  if (request.url === '/unready') ready = false;
  if (request.url === '/dead') live = false;
  if (request.url === '/exit') setImmediate(() => process.exit(3));
  response.statusCode = (request.url === '/readyz' && !ready) || (request.url === '/healthz' && !live) ? 500 : 200;
  response.end('ok');
}).listen(8080, host, () => console.log('listening'));
tcp(socket => socket.pipe(socket)).listen(9000, host);
const udp = createSocket('udp4');
udp.on('message', (packet, { port, address }) => udp.send(packet, port, address));
udp.bind(9000, host);
process.on('SIGTERM', () => {
  console.log('asked to end');
  if (!process.env.STUBBORN) process.exit(0);
});
`;

const namespace = 'default';
let plane: ControlPlane;
let runner: PodRunner;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-runner-'));
  plane = await startControlPlane({ dir });
  const script = join(dir, 'echo.mjs');
  await writeFile(script, program);
  const images: Images = new Map([['test/echo', { entrypoint: () => [process.execPath, script] }]]);
  runner = await startPodRunner({
    controlPlane: plane,
    dir: join(dir, 'pods'),
    logs: join(dir, 'logs'),
    marker: dir,
    images,
  });
});
afterAll(async () => {
  await runner.stop(500);
  await plane.stop();
});

const podPath = (name: string) => `/api/v1/namespaces/${namespace}/pods/${name}`;

async function create(name: string, container: Partial<Container> = {}, spec: object = {}): Promise<void> {
  await plane.client.call({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/pods`,
    body: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels: { app: name } },
      spec: {
        terminationGracePeriodSeconds: 1,
        ...spec,
        containers: [
          {
            name: 'main',
            image: 'docker.io/test/echo:1',
            ...container,
            env: [
              { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
              ...(container.env ?? []),
            ],
          },
        ],
      },
    },
  });
}

const read = (name: string) => plane.client.call<Pod>({ path: podPath(name) });
const remove = (name: string) => plane.client.call({ method: 'DELETE', path: podPath(name) });
const containerOf = (pod: Pod): ContainerStatus | undefined => pod.status?.containerStatuses?.[0];
const isReady = (pod: Pod) =>
  pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;

function until(name: string, what: string, holds: (pod: Pod) => boolean): Promise<Pod> {
  return eventually(`${name} ${what}`, async () => {
    const pod = await read(name);
    return holds(pod) && pod;
  });
}

const readinessProbe = { httpGet: { path: '/readyz', port: 8080 }, periodSeconds: 1, failureThreshold: 1 };

async function ask(pod: Pod, path: string): Promise<string> {
  const response = await fetch(`http://${pod.status?.podIP}:8080${path}`);
  return response.text();
}

async function gone(name: string): Promise<void> {
  await eventually(`${name} to be gone`, async () => {
    try {
      await read(name);
      return false;
    } catch (error) {
      return isStatus(error, 404);
    }
  });
}

async function eventReasons(name: string): Promise<string[]> {
  const path = `/api/v1/namespaces/${namespace}/events?fieldSelector=involvedObject.name=${name}`;
  const { items } = await plane.client.call<List<{ reason: string }>>({ path });
  return items.map(({ reason }) => reason);
}

const alive = (pid: number) => existsSync(`/proc/${pid}`);

describe('a pod', () => {
  test('is bound, runs, becomes ready and unready, and ends with its grace', async () => {
    await create('life', { readinessProbe });
    const pod = await until('life', 'to be ready', isReady);
    expect(pod.status).toMatchObject({ phase: 'Running', hostIP: plane.network.nodeAddress });
    const pid = runner.pidOf(namespace, 'life') ?? 0;
    expect(containerOf(pod)?.containerID).toBe(`process://${pid}`);
    await ask(pod, '/unready');
    await until('life', 'to be unready', seen => !isReady(seen));
    await remove('life');
    await gone('life');
    expect(alive(pid)).toBe(false);
    expect(await eventReasons('life')).toEqual(
      expect.arrayContaining(['Scheduled', 'Started', 'Unhealthy', 'Killing']),
    );
  });

  test('that ignores SIGTERM is killed when its grace is over', async () => {
    await create('stubborn', { readinessProbe, env: [{ name: 'STUBBORN', value: 'yes' }] });
    await until('stubborn', 'to be ready', isReady);
    const pid = runner.pidOf(namespace, 'stubborn') ?? 0;
    await remove('stubborn');
    await gone('stubborn');
    expect(alive(pid)).toBe(false);
  });

  test('that is removed behind the back of the runner is killed', async () => {
    await create('vanished', { readinessProbe, env: [{ name: 'STUBBORN', value: 'yes' }] });
    await until('vanished', 'to be ready', isReady);
    const pid = runner.pidOf(namespace, 'vanished') ?? 0;
    await plane.client.call({ method: 'DELETE', path: `${podPath('vanished')}?gracePeriodSeconds=0` });
    await eventually('its process to end', () => !alive(pid));
  });

  test('is restarted at once the first time, and backs off the second', async () => {
    await create('restarts', { readinessProbe });
    const first = await until('restarts', 'to be ready', isReady);
    await ask(first, '/exit');
    const second = await until(
      'restarts',
      'to run again',
      pod => isReady(pod) && containerOf(pod)?.restartCount === 1,
    );
    expect(second.status?.podIP).toBe(first.status?.podIP);
    expect(containerOf(second)?.lastState?.terminated).toMatchObject({ exitCode: 3, reason: 'Error' });
    process.kill(runner.pidOf(namespace, 'restarts') ?? 0, 'SIGKILL');
    const third = await until(
      'restarts',
      'to back off',
      pod => containerOf(pod)?.state?.waiting?.reason === 'CrashLoopBackOff',
    );
    expect(containerOf(third)?.lastState?.terminated).toMatchObject({ exitCode: 137, signal: 9 });
    await remove('restarts');
    await gone('restarts');
  });

  test('that fails its liveness probe is restarted', async () => {
    const livenessProbe = {
      httpGet: { path: '/healthz', port: 8080 },
      periodSeconds: 1,
      failureThreshold: 1,
    };
    const startupProbe = { ...readinessProbe, failureThreshold: 30 };
    await create('sick', { startupProbe, readinessProbe, livenessProbe });
    await ask(await until('sick', 'to be ready', isReady), '/dead');
    await until('sick', 'to be restarted', pod => containerOf(pod)?.restartCount === 1 && isReady(pod));
    await remove('sick');
  });

  test('with the restart policy Never has failed when its process has', async () => {
    await create('once', { readinessProbe }, { restartPolicy: 'Never' });
    await ask(await until('once', 'to be ready', isReady), '/exit');
    const pod = await until('once', 'to fail', ({ status }) => status?.phase === 'Failed');
    expect(containerOf(pod)?.state?.terminated?.exitCode).toBe(3);
    await remove('once');
  });

  test('with an unknown image waits and says why', async () => {
    await create('unknown', { image: 'nobody/knows:1' });
    const pod = await until(
      'unknown',
      'to wait',
      seen => containerOf(seen)?.state?.waiting?.reason === 'ErrImagePull',
    );
    expect(pod.status?.phase).toBe('Pending');
    expect(containerOf(pod)?.state?.waiting?.message).toContain('nobody/knows:1');
    await remove('unknown');
    await gone('unknown');
  });
});

test('environment, volumes and a service account reach the process, and nothing else does', async () => {
  await create(
    'fed',
    {
      readinessProbe,
      args: ['/etc/app/app.conf', '--name=$(NAME)'],
      env: [
        { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'APP', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
        { name: 'KEY', valueFrom: { secretKeyRef: { name: 'fed', key: 'key' } } },
        { name: 'URL', value: 'http://$(POD_IP)/$$(X)' },
      ],
      volumeMounts: [{ name: 'config', mountPath: '/etc/app' }],
    },
    {
      serviceAccountName: 'fed',
      volumes: [
        {
          name: 'config',
          projected: {
            sources: [
              { secret: { name: 'fed', items: [{ key: 'app.conf', path: 'app.conf' }] } },
              { configMap: { name: 'absent', optional: true } },
            ],
          },
        },
      ],
    },
  );
  await until(
    'fed',
    'to miss its secret',
    pod => containerOf(pod)?.state?.waiting?.reason === 'CreateContainerConfigError',
  );
  const metadata = { name: 'fed', namespace };
  await plane.apply([
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata,
      stringData: { key: 'sesame', 'app.conf': 'a = 1' },
    } as object,
  ]);
  const pod = await until('fed', 'to be ready', isReady);
  const env = JSON.parse(await ask(pod, '/env')) as Record<string, string>;
  expect(env).toMatchObject({ NAME: 'fed', APP: 'fed', KEY: 'sesame', URL: `http://${env.POD_IP}/$(X)` });
  expect(env).not.toHaveProperty('VITEST');
  expect(JSON.parse(await ask(pod, '/args'))[1]).toBe('--name=fed');
  expect(await ask(pod, '/file')).toBe('a = 1');
  expect(env.KUBECONFIG).toContain(dir);
  await remove('fed');
});

test('host ports lead to the pod by TCP and UDP, and only one pod has them', async () => {
  const ports = [
    { containerPort: 9000, hostPort: 41_000, protocol: 'TCP' },
    { containerPort: 9000, hostPort: 41_000, protocol: 'UDP' },
  ];
  await create('first', { readinessProbe, ports });
  await until('first', 'to be ready', isReady);
  await create('second', { readinessProbe, ports });
  const waiting = await until('second', 'to be refused', ({ status }) => Boolean(status?.conditions?.length));
  expect(waiting.status?.conditions?.[0]).toMatchObject({ type: 'PodScheduled', reason: 'Unschedulable' });

  const tcp = connect(41_000, plane.network.nodeAddress);
  tcp.end('over TCP');
  expect(await text(tcp)).toBe('over TCP');
  const udp = createSocket('udp4');
  udp.send('over UDP', 41_000, plane.network.nodeAddress);
  expect(`${(await once(udp, 'message'))[0]}`).toBe('over UDP');
  udp.close();

  await remove('first');
  await until('second', 'to follow', isReady);
  await remove('second');
});

test('kubectl logs shows what a container writes', async () => {
  await create('talks', { readinessProbe });
  await until('talks', 'to be ready', isReady);
  const kubectl = (...args: string[]) =>
    spawn(locateTool('kubectl'), ['--kubeconfig', plane.kubeconfig, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  expect(await text(kubectl('logs', 'talks').stdout)).toBe('listening\n');
  const following = kubectl('logs', '-f', '--tail=1', 'talks').stdout;
  const rest = text(following);
  await once(following, 'data');
  await remove('talks');
  expect(await rest).toBe('listening\nasked to end\n');
});

test('nobody but the API server reads logs from the node', async () => {
  const url = `https://${plane.network.nodeAddress}:${plane.network.ports.kubelet}/containerLogs/default/talks/main`;
  const { stdout } = await promisify(execFile)('node', [
    '--no-warnings',
    '-e',
    `process.env.NODE_TLS_REJECT_UNAUTHORIZED='0';fetch('${url}').then(r => console.log(r.status))`,
  ]);
  expect(stdout.trim()).toBe('401');
});
