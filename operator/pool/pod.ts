import { randomInt } from 'node:crypto';
import type { V1Container, V1EnvVar, V1Pod, V1PodSpec } from '@kubernetes/client-node';
import { apiVersion, type MediaPool, type MediaPoolSpec } from '@parley/resources';
import type { TracingSettings } from '@parley/telemetry';
import {
  addressesAnnotation,
  addressSourceAnnotation,
  exposureAnnotation,
  familiesAnnotation,
  labels,
  type PodRole,
} from '../kinds.ts';
import { addressOrigin, exposureOf, givenAddresses } from './exposure.ts';
import { withTemplate } from './template.ts';

/** What the pods of every pool have in common; from the operator's environment. */
export interface PodSettings {
  namespace: string;
  images: Record<PodRole, string>;
  /** When nodes fetch the images. Default: as Kubernetes does. */
  pullPolicy?: 'Always' | 'IfNotPresent' | 'Never' | undefined;
  /** How much the processes log. Default: as they do by themselves. */
  logLevel?: string | undefined;
  /** Where SFUs send their spans. Default: nowhere. */
  tracing?: Pick<TracingSettings, 'endpoint' | 'ratio'> | undefined;
  /** User and group of the processes. Default: the cluster chooses, or else the image. */
  user?: number | undefined;
  secretName: string;
  /** Where the certificate of Redis' authority is kept, if pods need one. */
  redisCa?: { kind: 'Secret' | 'ConfigMap'; name: string; key: string } | undefined;
}

/** A pool with its spec understood. */
export interface AcceptedPool {
  metadata: MediaPool['metadata'];
  spec: MediaPoolSpec;
}

/** How long a process may take over its goodbye once its drain is over. */
const farewellSeconds = 30;

// As Kubernetes' own: no vowels and nothing that looks like another, so that no words come out.
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** `<pool>-<role>-<5 random characters>`, short enough to be a host name. */
export function podName(pool: string, role: PodRole): string {
  const random = Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join('');
  const tail = `-${role}-${random}`;
  return `${pool.slice(0, 63 - tail.length).replace(/-+$/, '')}${tail}`;
}

interface Sketch {
  role: PodRole;
  name: string;
  labels?: Record<string, string>;
  controlPort: number;
  container: Pick<V1Container, 'env' | 'ports' | 'resources' | 'startupProbe'> & {
    volumeMounts?: NonNullable<V1Container['volumeMounts']>;
  };
  volumes?: NonNullable<V1PodSpec['volumes']>;
  sysctls?: { name: string; value: string }[];
}

/** A pod of a pool, as tight as the restricted Pod Security Standard asks for, with the pool's template over it. */
export function poolPod(pool: AcceptedPool, settings: PodSettings, sketch: Sketch): V1Pod {
  const { spec, metadata } = pool;
  const { role, name, container, controlPort } = sketch;
  const hostNetwork = exposureOf(role, spec) === 'HostNetwork';
  const { user } = settings;
  const ca = redisCa(settings);
  const probe = (path: string) => ({ httpGet: { path, port: 'control' }, timeoutSeconds: 2 });
  const pod: V1Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: settings.namespace,
      labels: {
        [labels.partOf]: 'parley',
        [labels.component]: role,
        [labels.pool]: metadata.name,
        [labels.pod]: name,
        ...sketch.labels,
      },
      annotations: {
        'prometheus.io/scrape': 'true',
        'prometheus.io/port': `${controlPort}`,
        ...addressAnnotations(role, spec),
      },
      ownerReferences: [
        { apiVersion, kind: 'MediaPool', name: metadata.name, uid: metadata.uid, controller: true },
      ],
    },
    spec: {
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: spec.drainSeconds + farewellSeconds,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      ...(hostNetwork ? { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' } : {}),
      securityContext: {
        runAsNonRoot: true,
        ...(user === undefined ? {} : { runAsUser: user, runAsGroup: user, fsGroup: user }),
        seccompProfile: { type: 'RuntimeDefault' },
        ...(sketch.sysctls ? { sysctls: sketch.sysctls } : {}),
      },
      containers: [
        {
          ...container,
          name: role,
          image: spec[role].image ?? settings.images[role],
          ...(settings.pullPolicy ? { imagePullPolicy: settings.pullPolicy } : {}),
          env: [
            fromField('POD_NAME', 'metadata.name'),
            fromField('POD_IP', 'status.podIP'),
            fromField('POD_IPS', 'status.podIPs'),
            fromField('LISTEN_HOST', 'status.podIP'),
            value('IP_FAMILIES', spec.exposure.ipFamilies.join(',')),
            value('PORT', controlPort),
            value('POOL', metadata.name),
            value('DRAIN_SECONDS', spec.drainSeconds),
            ...(settings.logLevel ? [value('LOG_LEVEL', settings.logLevel)] : []),
            ...(role === 'sfu' ? tracingEnv(settings) : []),
            fromSecret(settings, 'REDIS_URL', 'redis-url'),
            ...ca.env,
            ...(container.env ?? []),
          ],
          ports: [
            {
              name: 'control',
              containerPort: controlPort,
              protocol: 'TCP',
              ...(hostNetwork ? { hostPort: controlPort } : {}),
            },
            ...(container.ports ?? []),
          ],
          volumeMounts: [...ca.volumeMounts, ...(container.volumeMounts ?? [])],
          startupProbe: { ...probe('/healthz'), periodSeconds: 1, failureThreshold: 60 },
          readinessProbe: { ...probe('/readyz'), periodSeconds: 1, failureThreshold: 2 },
          livenessProbe: { ...probe('/healthz'), timeoutSeconds: 5, periodSeconds: 10, failureThreshold: 3 },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        },
      ],
      volumes: [...ca.volumes, ...(sketch.volumes ?? [])],
    },
  };
  return withTemplate(pod, spec[role].podTemplate);
}

/** What is known of a pod's addresses when it is made; those of its node follow once it has one. */
function addressAnnotations(role: PodRole, spec: MediaPoolSpec): Record<string, string> {
  const origin = addressOrigin(role, spec);
  return {
    [exposureAnnotation]: exposureOf(role, spec),
    [familiesAnnotation]: spec.exposure.ipFamilies.join(','),
    ...(origin === 'Node' ? {} : { [addressSourceAnnotation]: origin }),
    ...(origin === 'Given' ? { [addressesAnnotation]: givenAddresses(role, spec).join(',') } : {}),
  };
}

/**
 * Files of secrets are for the group that the kubelet gives them to, if it does: without a group of the pod they would be
 * root's alone. In a container there is nobody else.
 */
export const secretMode = ({ user }: PodSettings): number => (user === undefined ? 0o444 : 0o440);

/** Pods check Redis' certificate with the same authority as the operator. */
function tracingEnv({ tracing }: PodSettings): V1EnvVar[] {
  if (tracing?.endpoint === undefined) return [];
  return [
    value('OTEL_EXPORTER_OTLP_ENDPOINT', tracing.endpoint),
    value('OTEL_TRACES_SAMPLER_ARG', tracing.ratio),
  ];
}

function redisCa(settings: PodSettings) {
  const { redisCa: ca } = settings;
  if (!ca) return { env: [], volumeMounts: [], volumes: [] };
  const [name, mountPath, path] = ['redis-ca', '/etc/parley/redis', 'ca.crt'];
  const items = [{ key: ca.key, path }];
  const source =
    ca.kind === 'Secret'
      ? { secret: { secretName: ca.name, items, defaultMode: secretMode(settings) } }
      : { configMap: { name: ca.name, items } };
  return {
    env: [value('REDIS_CA_FILE', `${mountPath}/${path}`)],
    volumeMounts: [{ name, mountPath, readOnly: true }],
    volumes: [{ name, ...source }],
  };
}

export const fromField = (name: string, fieldPath: string): V1EnvVar => ({
  name,
  valueFrom: { fieldRef: { fieldPath } },
});

export const fromSecret = ({ secretName }: PodSettings, name: string, key: string): V1EnvVar => ({
  name,
  valueFrom: { secretKeyRef: { name: secretName, key } },
});

export const value = (name: string, text: string | number): V1EnvVar => ({ name, value: `${text}` });
