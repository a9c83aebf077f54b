import { createHash, randomInt } from 'node:crypto';
import type { V1Container, V1Pod } from '@kubernetes/client-node';
import { apiVersion, type MediaPool, type MediaPoolSpec } from '@parley/resources';
import { labels, type PodRole, templateAnnotation } from '../kinds.ts';

/** What the pods of every pool have in common; from the operator's environment. */
export interface PodSettings {
  namespace: string;
  sfuImage: string;
  coturnImage: string;
  secretName: string;
}

/** A pool with its spec understood. */
export interface AcceptedPool {
  metadata: MediaPool['metadata'];
  spec: MediaPoolSpec;
}

// As Kubernetes' own: no vowels and nothing that looks like another, so that no words come out.
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** `<pool>-<role>-<5 random characters>`, short enough to be a host name. */
export function podName(pool: string, role: PodRole): string {
  const random = Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join('');
  const tail = `-${role}-${random}`;
  return `${pool.slice(0, 63 - tail.length).replace(/-+$/, '')}${tail}`;
}

/** A short name for all that decides how a pool's pods are made. Pods made in another way have another one. */
export function templateName({ exposure, sfu, turn }: MediaPoolSpec, settings: PodSettings): string {
  const json = JSON.stringify({ exposure, sfu, turn, settings });
  return createHash('sha256').update(json).digest('hex').slice(0, 16);
}

interface Sketch {
  name: string;
  role: PodRole;
  annotations?: Record<string, string>;
  graceSeconds: number;
  /** Numeric, since the kubelet cannot tell whether a named user is root. */
  user: number;
  container: V1Container;
  volumes?: NonNullable<V1Pod['spec']>['volumes'];
}

/** A pod of a pool, as tight as the restricted Pod Security Standard asks for. */
export function poolPod(pool: AcceptedPool, settings: PodSettings, sketch: Sketch): V1Pod {
  const { name: poolName, uid } = pool.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: sketch.name,
      namespace: settings.namespace,
      labels: { [labels.partOf]: 'parley', [labels.component]: sketch.role, [labels.pool]: poolName },
      annotations: { ...sketch.annotations, [templateAnnotation]: templateName(pool.spec, settings) },
      ownerReferences: [{ apiVersion, kind: 'MediaPool', name: poolName, uid, controller: true }],
    },
    spec: {
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: sketch.graceSeconds,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: sketch.user,
        runAsGroup: sketch.user,
        fsGroup: sketch.user,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          ...sketch.container,
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        },
      ],
      ...(sketch.volumes ? { volumes: sketch.volumes } : {}),
    },
  };
}

export const fromField = (name: string, fieldPath: string) => ({
  name,
  valueFrom: { fieldRef: { fieldPath } },
});
