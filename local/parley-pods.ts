/** The pods of an installation that are not the operator's to make. */
import { podAddressAnnotation } from './runner/images.ts';

const namespace = 'parley-system';
const httpPort = 8080;
const redisPort = 6379;

export const images = {
  operator: 'parley/operator:local',
  sfu: 'parley/sfu-node:local',
  signaling: 'parley/signaling:local',
  web: 'parley/web:local',
  coturn: 'coturn/coturn:4.6',
  redis: 'redis:7',
} as const;

const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
const secret = (name: string, key: string) => ({
  name,
  valueFrom: { secretKeyRef: { name: 'parley', key } },
});
const setting = (name: string, key: string) => ({
  name,
  valueFrom: { configMapKeyRef: { name: 'parley', key } },
});
const value = (name: string, text: string) => ({ name, value: text });

const identity = [
  field('POD_NAME', 'metadata.name'),
  field('POD_IP', 'status.podIP'),
  field('LISTEN_HOST', 'status.podIP'),
  value('PORT', `${httpPort}`),
];

interface Sketch {
  name: string;
  component: string;
  annotations?: Record<string, string>;
  spec: object;
}

function pod({ name, component, annotations, spec }: Sketch) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      labels: { 'app.kubernetes.io/part-of': 'parley', 'app.kubernetes.io/component': component },
      ...(annotations ? { annotations } : {}),
    },
    spec: { restartPolicy: 'Always', enableServiceLinks: false, ...spec },
  };
}

/** One of Parley's own services: HTTP on one port, with the three paths of `docs/architecture.md`. */
function service(name: string, component: string, image: string, env: object[], account?: string) {
  const probe = (path: string) => ({
    httpGet: { path, port: 'http' },
    periodSeconds: 1,
    timeoutSeconds: 2,
  });
  return pod({
    name,
    component,
    annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': `${httpPort}` },
    spec: {
      ...(account ? { serviceAccountName: account } : { automountServiceAccountToken: false }),
      terminationGracePeriodSeconds: 10,
      containers: [
        {
          name: component,
          image,
          env: [...identity, ...env],
          ports: [{ name: 'http', containerPort: httpPort, protocol: 'TCP' }],
          resources: { requests: { cpu: '50m', memory: '96Mi' } },
          startupProbe: { ...probe('/healthz'), failureThreshold: 60 },
          readinessProbe: { ...probe('/readyz'), failureThreshold: 2 },
          livenessProbe: { ...probe('/healthz'), periodSeconds: 5, failureThreshold: 3 },
        },
      ],
    },
  });
}

export const operatorPod = service(
  'operator',
  'operator',
  images.operator,
  [
    field('NAMESPACE', 'metadata.namespace'),
    secret('REDIS_URL', 'redis-url'),
    secret('CONTROL_TOKEN', 'control-token'),
    setting('WEB_URL', 'web-url'),
    value('SFU_IMAGE', images.sfu),
    value('COTURN_IMAGE', images.coturn),
    value('SECRET_NAME', 'parley'),
  ],
  'operator',
);

export const signalingPod = (index: number) =>
  service(
    `signaling-${index}`,
    'signaling',
    images.signaling,
    [
      secret('REDIS_URL', 'redis-url'),
      secret('CONTROL_TOKEN', 'control-token'),
      secret('TURN_SECRET', 'turn-secret'),
      secret('TOKEN_SIGNING_KEY', 'token-signing-key'),
      secret('API_KEY', 'api-key'),
      setting('ROOMS_NAMESPACE', 'rooms-namespace'),
      setting('WEB_URL', 'web-url'),
      setting('NEW_MEETINGS', 'new-meetings'),
    ],
    'signaling',
  );

export const webPod = service('web', 'web', images.web, []);

export const redisPod = (address: string) =>
  pod({
    name: 'redis',
    component: 'redis',
    annotations: { [podAddressAnnotation]: address },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 5,
      containers: [
        {
          name: 'redis',
          image: images.redis,
          args: ['--port', `${redisPort}`, '--bind', '$(POD_IP)', '--save', '', '--appendonly', 'no'],
          env: [field('POD_IP', 'status.podIP')],
          ports: [{ name: 'redis', containerPort: redisPort, protocol: 'TCP' }],
          resources: { requests: { cpu: '50m', memory: '64Mi' } },
          readinessProbe: { tcpSocket: { port: 'redis' }, periodSeconds: 1 },
          livenessProbe: { tcpSocket: { port: 'redis' }, periodSeconds: 5 },
        },
      ],
    },
  });
