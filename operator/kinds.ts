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

const ContainerStatus = z.object({
  state: z
    .object({
      waiting: z.object({ reason: z.string().optional(), message: z.string().optional() }).optional(),
    })
    .optional(),
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
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), message: z.string().optional() }))
        .default([]),
      containerStatuses: z.array(ContainerStatus).default([]),
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

/** Annotation that says from which template a pod was made. */
export const templateAnnotation = 'parley.dev/template';

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

/** Why a pod cannot run now, or undefined if nothing keeps it from running. */
export function podProblem({ status }: Pod): string | undefined {
  const unscheduled = status.conditions.find(
    condition => condition.type === 'PodScheduled' && condition.status === 'False',
  );
  if (unscheduled) return unscheduled.message ?? 'It has no node.';
  for (const { state } of status.containerStatuses) {
    const { reason, message } = state?.waiting ?? {};
    if (!reason || reason === 'ContainerCreating' || reason === 'PodInitializing') continue;
    return message ? `${reason}: ${message}` : reason;
  }
  return undefined;
}
