import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MediaPoolSpec } from '@parley/resources';
import { eventually } from '@parley/testing';
import { describe, expect, test } from 'vitest';
import { makePod, makePool } from '../test/make.ts';
import { judgePool } from './judge.ts';
import { podName } from './pod.ts';
import { mediaPorts, sfuPod } from './sfu-pod.ts';
import { poolStatus } from './status.ts';
import { turnPod } from './turn-pod.ts';
import { viewPool } from './view.ts';

const settings = {
  namespace: 'parley-system',
  sfuImage: 'sfu:1',
  coturnImage: 'coturn:1',
  secretName: 'parley',
};
const pool = (spec: object = {}) => ({ metadata: makePool().metadata, spec: MediaPoolSpec.parse(spec) });
const onPodNetwork = { exposure: { type: 'PodNetwork' } };

describe('an SFU pod', () => {
  test('gets a port per worker for UDP and TCP, on the node too for HostPort', () => {
    const ports = mediaPorts(pool(), [makePod('other', { hostPorts: [40_000] })]);
    expect(ports).toEqual([40_001, 40_002]);
    const [container] = sfuPod(pool(), settings, ports ?? []).spec?.containers ?? [];
    expect(container?.ports?.slice(1)).toEqual([
      { name: 'media-0-udp', containerPort: 40_001, hostPort: 40_001, protocol: 'UDP' },
      { name: 'media-0-tcp', containerPort: 40_001, hostPort: 40_001, protocol: 'TCP' },
      { name: 'media-1-udp', containerPort: 40_002, hostPort: 40_002, protocol: 'UDP' },
      { name: 'media-1-tcp', containerPort: 40_002, hostPort: 40_002, protocol: 'TCP' },
    ]);
    expect(container?.env).toContainEqual({ name: 'MEDIA_PORTS', value: '40001,40002' });
    expect(container?.env).toContainEqual({
      name: 'ANNOUNCED_ADDRESS',
      valueFrom: { fieldRef: { fieldPath: 'status.hostIP' } },
    });
  });

  test('needs no port of the node on the pod network', () => {
    const other = makePod('other', { hostPorts: [40_000] });
    expect(mediaPorts(pool({ ...onPodNetwork, sfu: { workers: 1 } }), [other])).toEqual([40_000]);
    const [container] = sfuPod(pool(onPodNetwork), settings, [40_000]).spec?.containers ?? [];
    expect(container?.ports?.some(port => port.hostPort !== undefined)).toBe(false);
    expect(container?.env).toContainEqual({
      name: 'ANNOUNCED_ADDRESS',
      valueFrom: { fieldRef: { fieldPath: 'status.podIP' } },
    });
  });

  test('is owned by its pool, labelled, tight, and takes secrets by reference', () => {
    const pod = sfuPod(pool(), settings, [40_000]);
    expect(pod.metadata).toMatchObject({
      namespace: 'parley-system',
      labels: {
        'app.kubernetes.io/part-of': 'parley',
        'app.kubernetes.io/component': 'sfu',
        'parley.dev/pool': 'default',
      },
      annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080' },
      ownerReferences: [{ apiVersion: 'parley.dev/v1alpha1', kind: 'MediaPool', name: 'default' }],
    });
    expect(pod.spec?.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(pod.spec?.containers[0]?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod.spec?.containers[0]?.env).toContainEqual({
      name: 'CONTROL_TOKEN',
      valueFrom: { secretKeyRef: { name: 'parley', key: 'control-token' } },
    });
  });

  test('has a name that is a host name, also for the longest pool name', () => {
    expect(podName('default', 'sfu')).toMatch(/^default-sfu-[b-df-hj-np-tv-z2-9]{5}$/);
    expect(podName('p'.repeat(63), 'turn')).toMatch(/^p+-turn-.{5}$/);
    expect(podName('p'.repeat(63), 'turn')).toHaveLength(63);
  });
});

describe('a coturn pod', () => {
  test("takes the pool's arguments last and the image that it names", () => {
    const [container] =
      turnPod(pool({ turn: { image: 'mine', extraArgs: ['--verbose'] } }), settings).spec?.containers ?? [];
    expect(container?.image).toBe('mine');
    expect(container?.args?.at(-1)).toBe('--verbose');
    expect(container?.ports).toEqual([
      { name: 'turn-udp', containerPort: 3478, hostPort: 3478, protocol: 'UDP' },
      { name: 'turn-tcp', containerPort: 3478, hostPort: 3478, protocol: 'TCP' },
    ]);
  });

  test('has arguments that the real turnserver understands, and writes no file', async () => {
    const address = '127.83.19.7';
    const dir = await mkdtemp(join(tmpdir(), 'parley-turn-'));
    await writeFile(join(dir, 'turnserver.conf'), 'static-auth-secret=secret\n');
    const [container] = turnPod(pool(), settings).spec?.containers ?? [];
    const args = (container?.args ?? []).map(arg =>
      arg.replaceAll('$(POD_IP)', address).replace('/etc/coturn', dir),
    );
    const child: ChildProcess = spawn('turnserver', args, { cwd: dir, stdio: ['ignore', 'pipe', 'ignore'] });
    const exited = once(child, 'exit');
    let output = '';
    child.stdout?.on('data', chunk => {
      output += chunk;
    });
    try {
      await eventually('turnserver to accept connections', async () => {
        const socket = createConnection({ host: address, port: 3478 });
        await once(socket, 'connect').finally(() => socket.destroy());
        return true;
      });
      await eventually('the database to open', () => output.includes('DB connection success: :memory:'));
      expect(await readdir(dir)).toEqual(['turnserver.conf']);
      expect(output).not.toMatch(/Bad configuration|unrecognized|ERROR/i);
    } finally {
      child.kill('SIGKILL');
      await exited;
      await rm(dir, { recursive: true });
    }
  });
});

describe('viewPool', () => {
  const registration = (pod: string) => ({
    pod,
    instance: '11111111-1111-4111-8111-111111111111' as never,
    controlUrl: 'http://10.0.0.1:8080',
    addresses: ['10.0.0.1'],
    state: pod === 'draining' ? ('draining' as const) : ('serving' as const),
    workers: 2,
    load: { rooms: 0, transports: 0, producers: 0, consumers: 0, workerCpu: 0 },
  });
  const facts = {
    pool: makePool(),
    registration,
    isLeaving: (pod: string) => pod === 'leaving',
    isStale: () => false,
  };

  test('gives new rooms only to SFUs that are ready, serving and staying', () => {
    const pods = [
      makePod('good'),
      makePod('draining'),
      makePod('leaving'),
      makePod('unready', { ready: false }),
      makePod('going', { terminating: true }),
      makePod('failed', { phase: 'Failed' }),
    ];
    const view = viewPool({ ...facts, pods });
    expect(view.sfus.map(sfu => sfu.pod)).toEqual(['draining', 'going', 'good', 'leaving', 'unready']);
    expect(view.sfus.filter(sfu => sfu.takesRooms).map(sfu => sfu.pod)).toEqual(['good']);
  });

  test('knows the relays at the addresses that clients reach', () => {
    const unready = makePod('b', { role: 'turn', ready: false });
    const urls = (address: string) => ['tcp', 'udp'].map(kind => `turn:${address}:3478?transport=${kind}`);
    const onHost = makePod('a', { role: 'turn', hostPorts: [3478] });
    expect(viewPool({ ...facts, pods: [onHost, unready] }).turnUrls).toEqual(urls('192.0.2.1'));
    const onPods = makePod('a', { role: 'turn' });
    expect(viewPool({ ...facts, pods: [onPods, unready] }).turnUrls).toEqual(urls('10.0.0.1'));
    // The exposure was changed after the pod was made.
    const changed = makePool(onPodNetwork);
    expect(viewPool({ ...facts, pool: changed, pods: [onHost] }).turnUrls).toEqual(urls('192.0.2.1'));
  });

  test('knows of SFU pods that cannot run', () => {
    const creating = makePod('a', { ready: false, waiting: { reason: 'ContainerCreating' } });
    expect(viewPool({ ...facts, pods: [creating] }).struggling).toBe(false);
    const failing = makePod('b', {
      ready: false,
      waiting: { reason: 'ErrImagePull', message: 'No such image.' },
    });
    expect(viewPool({ ...facts, pods: [creating, failing] }).struggling).toBe(true);
  });

  test('says in the status of the pool why a pod cannot run', () => {
    const waiting = { reason: 'ErrImagePull', message: 'No such image.' };
    const pods = [makePod('a', { ready: false, waiting })];
    const pool = makePool({ turn: { replicas: 0 } });
    const status = poolStatus({
      pool,
      verdict: judgePool(pool.spec),
      view: viewPool({ ...facts, pool, pods }),
      pods,
      load: () => ({ rooms: 0, dedicated: 0 }),
      outOfPorts: false,
      now: new Date(0),
    });
    expect(status.conditions.at(-1)).toMatchObject({
      reason: 'WaitingForPods',
      message:
        '0 of at least 1 SFU pods and 0 of 0 relays are ready. Pod a cannot run: ErrImagePull: No such image.',
    });
  });

  test('of a refused pool keeps its SFUs but gives them no new rooms', () => {
    const view = viewPool({ ...facts, pool: makePool({ minimum: 5, maximum: 1 }), pods: [makePod('good')] });
    expect(view.refusal).toContain('minimum must not be greater than maximum');
    expect(view.sfus).toMatchObject([{ pod: 'good', takesRooms: false }]);
  });
});
