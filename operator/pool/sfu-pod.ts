import type { V1Pod } from '@kubernetes/client-node';
import type { Pod } from '../kinds.ts';
import { type AcceptedPool, fromField, type PodSettings, podName, poolPod } from './pod.ts';
import { allocatePorts, usedHostPorts } from './ports.ts';

const controlPort = 8080;
/** The first media port where every pod has an address of its own. */
const firstPodPort = 40_000;
/** How long an SFU may take to say goodbye. */
const graceSeconds = 30;

/**
 * The media ports of a new SFU pod, one per worker, or undefined if the pool's range of node ports is used up. A node
 * port is unique among all pools, since two pods of different pools may come to one node.
 */
export function mediaPorts(pool: AcceptedPool, allPods: Iterable<Pod>): number[] | undefined {
  const { exposure, sfu } = pool.spec;
  if (exposure.type === 'HostPort') {
    return allocatePorts(exposure.hostPorts, usedHostPorts(allPods), sfu.workers);
  }
  return Array.from({ length: sfu.workers }, (_, index) => firstPodPort + index);
}

/** A pod that runs an SFU of the pool on these media ports. */
export function sfuPod(pool: AcceptedPool, settings: PodSettings, ports: readonly number[]): V1Pod {
  const { exposure, sfu } = pool.spec;
  const onHost = exposure.type === 'HostPort';
  const secret = (name: string, key: string) => ({
    name,
    valueFrom: { secretKeyRef: { name: settings.secretName, key } },
  });
  const probe = (path: string) => ({ httpGet: { path, port: 'control' }, timeoutSeconds: 2 });
  return poolPod(pool, settings, {
    name: podName(pool.metadata.name, 'sfu'),
    role: 'sfu',
    annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': `${controlPort}` },
    graceSeconds,
    user: 1000,
    container: {
      name: 'sfu',
      image: sfu.image ?? settings.sfuImage,
      env: [
        fromField('POD_NAME', 'metadata.name'),
        fromField('POD_IP', 'status.podIP'),
        fromField('LISTEN_HOST', 'status.podIP'),
        fromField('ANNOUNCED_ADDRESS', onHost ? 'status.hostIP' : 'status.podIP'),
        { name: 'PORT', value: `${controlPort}` },
        { name: 'MEDIA_PORTS', value: ports.join(',') },
        secret('REDIS_URL', 'redis-url'),
        secret('CONTROL_TOKEN', 'control-token'),
      ],
      ports: [
        { name: 'control', containerPort: controlPort, protocol: 'TCP' },
        ...ports.flatMap((port, worker) =>
          ['UDP', 'TCP'].map(protocol => ({
            name: `media-${worker}-${protocol.toLowerCase()}`,
            containerPort: port,
            protocol,
            ...(onHost ? { hostPort: port } : {}),
          })),
        ),
      ],
      resources: {
        requests: { cpu: `${250 * sfu.workers}m`, memory: `${128 + 128 * sfu.workers}Mi` },
        limits: { memory: `${512 + 1024 * sfu.workers}Mi` },
      },
      startupProbe: { ...probe('/healthz'), periodSeconds: 1, failureThreshold: 60 },
      readinessProbe: { ...probe('/readyz'), periodSeconds: 1, failureThreshold: 2 },
      livenessProbe: { ...probe('/healthz'), timeoutSeconds: 5, periodSeconds: 10, failureThreshold: 3 },
    },
  });
}
