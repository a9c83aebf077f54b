import type { V1Pod } from '@kubernetes/client-node';
import { addressesAnnotation } from '../kinds.ts';
import { addressOrigin } from './exposure.ts';
import {
  type AcceptedPool,
  fromField,
  fromSecret,
  type PodSettings,
  podName,
  poolPod,
  value,
} from './pod.ts';
import type { SfuPorts } from './ports.ts';

/** A pod that runs an SFU of the pool on these ports. */
export function sfuPod(pool: AcceptedPool, settings: PodSettings, { media, control }: SfuPorts): V1Pod {
  const { spec } = pool;
  const { exposure, sfu } = spec;
  const onNode = exposure.type === 'HostPort' || exposure.type === 'HostNetwork';
  const announced =
    addressOrigin('sfu', spec) === 'Pod' ? 'status.podIPs' : `metadata.annotations['${addressesAnnotation}']`;
  return poolPod(pool, settings, {
    role: 'sfu',
    name: podName(pool.metadata.name, 'sfu'),
    controlPort: control,
    container: {
      env: [
        fromField('ANNOUNCED_ADDRESSES', announced),
        value('MEDIA_PORTS', media.join(',')),
        fromSecret(settings, 'CONTROL_TOKEN', 'control-token'),
      ],
      ports: media.flatMap((port, worker) =>
        ['UDP', 'TCP'].map(protocol => ({
          name: `media-${worker}-${protocol.toLowerCase()}`,
          containerPort: port,
          protocol,
          ...(onNode ? { hostPort: port } : {}),
        })),
      ),
      resources: {
        requests: { cpu: `${250 * sfu.workers}m`, memory: `${128 + 128 * sfu.workers}Mi` },
        limits: { memory: `${512 + 1024 * sfu.workers}Mi` },
      },
    },
  });
}
