import type { V1Service } from '@kubernetes/client-node';
import { apiVersion } from '@parley/resources';
import { labels } from '../kinds.ts';
import type { AcceptedPool } from './pod.ts';

/**
 * A Service that leads to one SFU pod from ports of its node. Their numbers are the same on the node and in the pod, as
 * mediasoup announces the ports that it listens on.
 */
export function mediaService(
  pool: AcceptedPool,
  name: string,
  namespace: string,
  ports: number[],
): V1Service {
  const { ipFamilies } = pool.spec.exposure;
  const { name: poolName, uid } = pool.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      namespace,
      labels: {
        [labels.partOf]: 'parley',
        [labels.component]: 'sfu',
        [labels.pool]: poolName,
        [labels.pod]: name,
      },
      ownerReferences: [{ apiVersion, kind: 'MediaPool', name: poolName, uid, controller: true }],
    },
    spec: {
      type: 'NodePort',
      // Only the node of the pod answers, and the pod sees who sends.
      externalTrafficPolicy: 'Local',
      // A pod that drains is not ready, and its calls go on.
      publishNotReadyAddresses: true,
      ...(ipFamilies.length > 1 ? { ipFamilyPolicy: 'PreferDualStack' } : { ipFamilies }),
      selector: { [labels.pod]: name },
      ports: ports.flatMap((port, worker) =>
        ['UDP', 'TCP'].map(protocol => ({
          name: `media-${worker}-${protocol.toLowerCase()}`,
          protocol,
          port,
          targetPort: port,
          nodePort: port,
        })),
      ),
    },
  };
}
