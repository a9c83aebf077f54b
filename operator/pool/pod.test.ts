import { MediaPoolSpec } from '@parley/resources';
import { describe, expect, test } from 'vitest';
import { makePod, makePool } from '../test/make.ts';
import { endpointsOf, turnUrls } from './endpoints.ts';
import { type PodSettings, podName } from './pod.ts';
import { sfuPod } from './sfu-pod.ts';
import { turnPod } from './turn-pod.ts';

const settings: PodSettings = {
  namespace: 'parley-system',
  images: { sfu: 'sfu:1', turn: 'turn:1' },
  secretName: 'parley',
  user: 1000,
};
const pool = (spec: object = {}) => ({ metadata: makePool().metadata, spec: MediaPoolSpec.parse(spec) });
const exposed = (type: string, more: object = {}) => pool({ exposure: { type, ...more } });
const ports = { media: [40_001, 40_002], control: 8080 };
const fieldRef = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });

test('the name of a pod is a host name, also for the longest pool name', () => {
  expect(podName('default', 'sfu')).toMatch(/^default-sfu-[b-df-hj-np-tv-z2-9]{5}$/);
  expect(podName('p'.repeat(63), 'turn')).toMatch(/^p+-turn-.{5}$/);
  expect(podName('p'.repeat(63), 'turn')).toHaveLength(63);
});

describe('an SFU pod', () => {
  const made = (...parameters: Parameters<typeof exposed>) => sfuPod(exposed(...parameters), settings, ports);
  const env = (...parameters: Parameters<typeof exposed>) => made(...parameters).spec?.containers[0]?.env;

  test('has a port per worker for UDP and TCP, on the node too for HostPort', () => {
    const container = made('HostPort').spec?.containers[0];
    expect(container?.ports).toEqual([
      { name: 'control', containerPort: 8080, protocol: 'TCP' },
      { name: 'media-0-udp', containerPort: 40_001, hostPort: 40_001, protocol: 'UDP' },
      { name: 'media-0-tcp', containerPort: 40_001, hostPort: 40_001, protocol: 'TCP' },
      { name: 'media-1-udp', containerPort: 40_002, hostPort: 40_002, protocol: 'UDP' },
      { name: 'media-1-tcp', containerPort: 40_002, hostPort: 40_002, protocol: 'TCP' },
    ]);
    expect(container?.env).toContainEqual({ name: 'MEDIA_PORTS', value: '40001,40002' });
  });

  test.each(['NodePort', 'PodNetwork', 'TurnOnly'])('asks its node for no port with %s', type => {
    expect(made(type).spec?.containers[0]?.ports?.some(({ hostPort }) => hostPort !== undefined)).toBe(false);
  });

  test('shares the network of its node, every port of its own, for HostNetwork', () => {
    const own = { ...ports, control: 40_000 };
    const { spec, metadata } = sfuPod(exposed('HostNetwork'), settings, own);
    expect(spec).toMatchObject({ hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' });
    expect(spec?.containers[0]?.env).toContainEqual({ name: 'PORT', value: '40000' });
    expect(spec?.containers[0]?.ports?.[0]).toMatchObject({ containerPort: 40_000, hostPort: 40_000 });
    expect(metadata?.annotations).toMatchObject({ 'prometheus.io/port': '40000' });
  });

  test.each(['HostPort', 'HostNetwork', 'NodePort'])('learns the address of its node with %s', type => {
    expect(env(type)).toContainEqual(
      fieldRef('ANNOUNCED_ADDRESSES', "metadata.annotations['parley.dev/addresses']"),
    );
    expect(made(type).metadata?.annotations).not.toHaveProperty(['parley.dev/address-source']);
  });

  test.each(['PodNetwork', 'TurnOnly'])('announces its own addresses with %s', type => {
    expect(env(type)).toContainEqual(fieldRef('ANNOUNCED_ADDRESSES', 'status.podIPs'));
    expect(made(type).metadata?.annotations).toMatchObject({ 'parley.dev/address-source': 'Pod' });
  });

  test('announces what its pool gives, unless only relays send there', () => {
    const addresses = ['203.0.113.1', '2001:db8::1'];
    expect(made('HostPort', { addresses }).metadata?.annotations).toMatchObject({
      'parley.dev/addresses': '203.0.113.1,2001:db8::1',
      'parley.dev/address-source': 'Given',
    });
    expect(made('TurnOnly', { addresses }).metadata?.annotations).not.toHaveProperty([
      'parley.dev/addresses',
    ]);
  });

  test('is told families in their order, its pool, and how long it may drain', () => {
    const container = env('HostPort', { ipFamilies: ['IPv6', 'IPv4'] });
    expect(container).toContainEqual({ name: 'IP_FAMILIES', value: 'IPv6,IPv4' });
    expect(container).toContainEqual({ name: 'POOL', value: 'default' });
    const { spec } = sfuPod(pool({ drainSeconds: 7 }), settings, ports);
    expect(spec?.containers[0]?.env).toContainEqual({ name: 'DRAIN_SECONDS', value: '7' });
    expect(spec?.terminationGracePeriodSeconds).toBe(37);
  });

  test('is owned by its pool, labelled, tight, and takes secrets by reference', () => {
    const { metadata, spec } = made('HostPort');
    expect(metadata).toMatchObject({
      namespace: 'parley-system',
      labels: {
        'app.kubernetes.io/part-of': 'parley',
        'app.kubernetes.io/component': 'sfu',
        'parley.dev/pool': 'default',
        'parley.dev/pod': metadata?.name,
      },
      annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080' },
      ownerReferences: [{ apiVersion: 'parley.dev/v1alpha1', kind: 'MediaPool', name: 'default' }],
    });
    expect(spec?.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(spec?.containers[0]?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(spec?.containers[0]?.env).toContainEqual({
      name: 'CONTROL_TOKEN',
      valueFrom: { secretKeyRef: { name: 'parley', key: 'control-token' } },
    });
  });

  test("checks Redis' certificate where the operator does", () => {
    const redisCa = { kind: 'ConfigMap', name: 'authority', key: 'root.pem' } as const;
    const { spec } = sfuPod(pool(), { ...settings, redisCa }, ports);
    expect(spec?.containers[0]?.env).toContainEqual({
      name: 'REDIS_CA_FILE',
      value: '/etc/parley/redis/ca.crt',
    });
    expect(spec?.volumes).toEqual([
      {
        name: 'redis-ca',
        configMap: { name: 'authority', items: [{ key: 'root.pem', path: 'ca.crt' }] },
      },
    ]);
  });
});

describe('a relay', () => {
  const relay = (spec: object = {}) => turnPod(pool(spec), settings, { control: 8080 });
  const container = (spec: object = {}) => relay(spec).spec?.containers[0];

  test('listens for UDP and TCP, and for TLS if it has a certificate', () => {
    expect(container()?.ports?.slice(1)).toEqual([
      { name: 'turn-udp', containerPort: 3478, hostPort: 3478, protocol: 'UDP' },
      { name: 'turn-tcp', containerPort: 3478, hostPort: 3478, protocol: 'TCP' },
    ]);
    const withTls = relay({ turn: { tls: { secretName: 'certificate' } } }).spec;
    expect(withTls?.containers[0]?.ports?.at(-1)).toMatchObject({ name: 'turns-tcp', hostPort: 5349 });
    expect(withTls?.containers[0]?.env).toContainEqual({ name: 'TLS_DIR', value: '/etc/parley/tls' });
    expect(withTls?.volumes).toContainEqual({
      name: 'tls',
      secret: { secretName: 'certificate', defaultMode: 0o440 },
    });
  });

  test('needs no privilege for a low port of its node', () => {
    const turn = { tlsPort: 443, tls: { secretName: 'certificate' } };
    expect(container({ turn })?.ports?.at(-1)).toMatchObject({ containerPort: 10_443, hostPort: 443 });
    expect(container({ turn })?.env).toContainEqual({ name: 'TURN_TLS_PORT', value: '10443' });
    expect(relay({ turn }).spec?.securityContext?.sysctls).toBeUndefined();
    const own = relay({ turn: { ...turn, exposure: 'PodNetwork' } }).spec;
    expect(own?.containers[0]?.ports?.at(-1)).toMatchObject({ containerPort: 443 });
    expect(own?.securityContext?.sysctls).toHaveLength(1);
  });

  test.each([
    ['HostPort', 'HostPort'],
    ['HostNetwork', 'HostNetwork'],
    ['PodNetwork', 'PodNetwork'],
    ['NodePort', 'HostPort'],
    ['TurnOnly', 'HostPort'],
  ])('of a pool with %s is exposed by %s', (type, own) => {
    const { metadata } = turnPod(exposed(type), settings, { control: 8080 });
    expect(metadata?.annotations).toMatchObject({ 'parley.dev/exposure': own });
  });

  test('takes the secret as a file, and the next one while one follows the other', () => {
    expect(relay().spec?.volumes?.[0]?.projected?.sources).toEqual([
      { secret: { name: 'parley', items: [{ key: 'turn-secret', path: 'turn-secret' }] } },
      {
        secret: {
          name: 'parley',
          items: [{ key: 'turn-secret-also-accepted', path: 'turn-secret-also-accepted' }],
          optional: true,
        },
      },
    ]);
  });

  test('gets the families, quotas, peers and arguments of its pool', () => {
    const quota = { perParticipant: 3, perRelay: 30, bytesPerSecond: 50_000 };
    const env = container({
      exposure: { ipFamilies: ['IPv6', 'IPv4'] },
      turn: { image: 'mine', quota, allowedPeers: ['10.0.0.0/8'], extraArgs: ['--verbose'] },
    })?.env;
    for (const [name, value] of [
      ['USER_QUOTA', '3'],
      ['TOTAL_QUOTA', '30'],
      ['MAX_BYTES_PER_SECOND', '50000'],
      ['ALLOWED_PEERS', '10.0.0.0/8'],
      ['EXTRA_ARGS', '["--verbose"]'],
      ['RELAY_PORTS', '49152-65535'],
      ['IP_FAMILIES', 'IPv6,IPv4'],
    ])
      expect(env).toContainEqual({ name, value });
  });

  test('of one room carries its label', () => {
    const { metadata } = turnPod(pool(), settings, { control: 8080, room: 'uid' });
    expect(metadata?.labels).toMatchObject({ 'parley.dev/room': 'uid' });
  });

  test('with a domain announces it, as the certificate holds for that name alone', () => {
    const { metadata } = relay({ turn: { domain: 'turn.example.com' } });
    expect(metadata?.annotations).toMatchObject({
      'parley.dev/addresses': 'turn.example.com',
      'parley.dev/address-source': 'Given',
    });
  });
});

describe('where clients reach pods', () => {
  const told = (addresses: string, source = 'ExternalIP') => ({
    'parley.dev/addresses': addresses,
    'parley.dev/address-source': source,
  });
  const turnPorts = { 'turn-udp': 3478, 'turn-tcp': 3478, 'turns-tcp': 5349 };

  test('stands in the status, as it was when each pod was made', () => {
    const pods = [
      makePod('turn', { role: 'turn', ports: turnPorts, annotations: told('turn.example.com', 'Given') }),
      makePod('sfu', {
        node: 'n',
        ports: { control: 8080, 'media-0-udp': 40_001, 'media-0-tcp': 40_001, 'media-1-udp': 40_000 },
        annotations: told('203.0.113.1,2001:db8::1'),
      }),
      makePod('new'),
      makePod('ended', { phase: 'Failed' }),
    ];
    expect(endpointsOf(pods)).toEqual([
      { pod: 'new', role: 'sfu', addresses: [], ports: [] },
      {
        pod: 'sfu',
        role: 'sfu',
        node: 'n',
        addresses: ['203.0.113.1', '2001:db8::1'],
        source: 'ExternalIP',
        ports: [40_000, 40_001],
      },
      { pod: 'turn', role: 'turn', addresses: ['turn.example.com'], source: 'Given', ports: [3478, 5349] },
    ]);
  });

  test('are the URLs of relays that are ready and have an address', () => {
    const annotations = told('203.0.113.1,2001:db8::1');
    const relay = { role: 'turn', ports: turnPorts, annotations } as const;
    expect(turnUrls(makePod('a', relay))).toEqual([
      'turn:203.0.113.1:3478?transport=udp',
      'turn:203.0.113.1:3478?transport=tcp',
      'turns:203.0.113.1:5349?transport=tcp',
      'turn:[2001:db8::1]:3478?transport=udp',
      'turn:[2001:db8::1]:3478?transport=tcp',
      'turns:[2001:db8::1]:5349?transport=tcp',
    ]);
    expect(turnUrls(makePod('a', { ...relay, ready: false }))).toEqual([]);
    expect(turnUrls(makePod('a', { ...relay, terminating: true }))).toEqual([]);
    expect(turnUrls(makePod('a', { ...relay, annotations: {} }))).toEqual([]);
  });
});
