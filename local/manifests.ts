import { availableParallelism } from 'node:os';
import { apiVersion, definitions } from '@parley/resources';
import type { KubeObject } from './kube/wire.ts';
import { operatorPod, redisPod, signalingPod, webPod } from './parley-pods.ts';
import { accessObjects } from './rbac.ts';

export const systemNamespace = 'parley-system';

/** What differs between one run of the one-machine cluster and the next. */
export interface ManifestSettings {
  /** Address that the Redis pod is to have: there is no cluster DNS to give it a name. */
  redisAddress: string;
  /** URL that people open. */
  webUrl: string;
  signalingReplicas: number;
  secrets: Secrets;
}

export interface Secrets {
  controlToken: string;
  turnSecret: string;
  tokenSigningKey: string;
  apiKey: string;
}

/** Everything that an installation consists of, in the order in which it can be applied. */
export function manifests(settings: ManifestSettings): KubeObject[] {
  const { signalingReplicas, redisAddress } = settings;
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: systemNamespace } },
    ...definitions,
    ...accessObjects(systemNamespace),
    secret(settings),
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'parley', namespace: systemNamespace },
      data: { 'web-url': settings.webUrl, 'new-meetings': 'open', 'rooms-namespace': 'default' },
    } as KubeObject,
    mediaPool,
    redisPod(redisAddress),
    operatorPod,
    ...Array.from({ length: signalingReplicas }, (_, index) => signalingPod(index)),
    webPod,
    service('signaling'),
    service('web'),
    ingress,
  ];
}

function secret({ secrets, redisAddress }: ManifestSettings): KubeObject {
  const values = {
    'redis-url': `redis://${redisAddress}:6379`,
    'control-token': secrets.controlToken,
    'turn-secret': secrets.turnSecret,
    'turnserver.conf': turnserverConf(secrets.turnSecret),
    'token-signing-key': secrets.tokenSigningKey,
    'api-key': secrets.apiKey,
  };
  const data = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  );
  const metadata = { name: 'parley', namespace: systemNamespace };
  return { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data } as KubeObject;
}

/** coturn's settings; the operator adds addresses and whatever else differs between pods. */
function turnserverConf(turnSecret: string): string {
  return `${[
    'use-auth-secret',
    `static-auth-secret=${turnSecret}`,
    'realm=parley',
    'fingerprint',
    'no-cli',
    'no-multicast-peers',
    'no-tls',
    'no-dtls',
    'log-file=stdout',
    'simple-log',
  ].join('\n')}\n`;
}

/** On one machine everybody reaches the pods' addresses, and these are loopback addresses. */
const mediaPool = {
  apiVersion,
  kind: 'MediaPool',
  metadata: { name: 'default' },
  spec: {
    minimum: 1,
    maximum: 2,
    exposure: { type: 'PodNetwork' },
    // A worker keeps one core busy.
    sfu: { workers: Math.min(availableParallelism(), 64) },
    turn: { replicas: 1, extraArgs: ['--allow-loopback-peers'] },
  },
};

function service(component: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: component, namespace: systemNamespace },
    spec: {
      selector: { 'app.kubernetes.io/part-of': 'parley', 'app.kubernetes.io/component': component },
      ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }],
    },
  } as KubeObject;
}

const path = (prefix: string, name: string) => ({
  path: prefix,
  pathType: 'Prefix',
  backend: { service: { name, port: { name: 'http' } } },
});

const ingress = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'parley', namespace: systemNamespace },
  spec: {
    rules: [
      { http: { paths: [path('/socket.io', 'signaling'), path('/v1', 'signaling'), path('/', 'web')] } },
    ],
  },
};
