import type { Pod } from './kube/types.ts';
import type { KubeObject } from './kube/wire.ts';

interface Workload extends KubeObject {
  spec: {
    replicas?: number;
    template: Pick<Pod, 'metadata' | 'spec'>;
    volumeClaimTemplates?: unknown[];
  };
}

/** Whether a controller manager would turn this into pods, which the one-machine cluster does not have. */
export function isWorkload(object: KubeObject): object is Workload {
  return object.kind === 'Deployment' || object.kind === 'StatefulSet';
}

/**
 * The pods of a Deployment or StatefulSet. They are called after their component, such as `signaling-0`, so that people
 * find them.
 *
 * @throws Error if it wants volumes that stay, which the one-machine cluster does not have.
 */
export function podsOf({ kind, metadata, spec }: Workload): KubeObject[] {
  if (spec.volumeClaimTemplates?.length) {
    throw new Error(`${kind} ${metadata?.name} wants a PersistentVolume; the one-machine cluster has none.`);
  }
  const { template, replicas = 1 } = spec;
  const component = template.metadata?.labels?.['app.kubernetes.io/component'] ?? metadata?.name ?? 'pod';
  return Array.from({ length: replicas }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...template.metadata,
      name: `${component}-${index}`,
      ...(metadata?.namespace ? { namespace: metadata.namespace } : {}),
    },
    spec: { restartPolicy: 'Always', ...template.spec },
  }));
}
