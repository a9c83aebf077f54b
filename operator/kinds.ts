import { apiVersion, MediaPool, ObjectMeta, Room } from '@parley/resources';
import { z } from 'zod';
import type { Kind } from './runtime/index.ts';

export const rooms: Kind<Room> = { apiVersion, kind: 'Room', plural: 'rooms', schema: Room };

export const mediaPools: Kind<MediaPool> = {
  apiVersion,
  kind: 'MediaPool',
  plural: 'mediapools',
  schema: MediaPool,
};

const ContainerPort = z.object({
  containerPort: z.int(),
  hostPort: z.int().optional(),
  protocol: z.string().default('TCP'),
});

/** The part of a Pod that the operator reads. */
export const Pod = z.object({
  metadata: ObjectMeta.extend({
    namespace: z.string(),
    ownerReferences: z.array(z.object({ uid: z.string() })).default([]),
  }),
  spec: z.object({
    containers: z.array(z.object({ ports: z.array(ContainerPort).default([]) })),
  }),
  status: z
    .object({
      phase: z.string().default('Pending'),
      podIP: z.string().optional(),
      hostIP: z.string().optional(),
      conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
    })
    .prefault({}),
});
export type Pod = z.infer<typeof Pod>;

export const pods: Kind<Pod> = { apiVersion: 'v1', kind: 'Pod', plural: 'pods', schema: Pod };

export const finalizers = { room: 'parley.dev/room', pool: 'parley.dev/pool' } as const;

export const labels = {
  partOf: 'app.kubernetes.io/part-of',
  component: 'app.kubernetes.io/component',
  pool: 'parley.dev/pool',
} as const;

export type PodRole = 'sfu' | 'turn';

export const podPool = (pod: Pod | undefined): string | undefined => pod?.metadata.labels[labels.pool];
export const podRole = (pod: Pod): string | undefined => pod.metadata.labels[labels.component];
export const isTerminating = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined;
export const isOver = (pod: Pod): boolean =>
  pod.status.phase === 'Failed' || pod.status.phase === 'Succeeded';

/** Whether Kubernetes says that the pod may get work. */
export function isReady(pod: Pod): boolean {
  return pod.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}
