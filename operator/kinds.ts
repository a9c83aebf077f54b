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
  name: z.string().default(''),
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
    deletionGracePeriodSeconds: z.int().optional(),
  }),
  spec: z.object({
    nodeName: z.string().optional(),
    hostNetwork: z.boolean().default(false),
    containers: z.array(
      z.object({ name: z.string().default(''), ports: z.array(ContainerPort).default([]) }),
    ),
  }),
  status: z
    .object({
      phase: z.string().default('Pending'),
      reason: z.string().optional(),
      message: z.string().optional(),
      startTime: z.string().optional(),
      podIP: z.string().optional(),
      podIPs: z.array(z.object({ ip: z.string() })).default([]),
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

/** The part of a Node that the operator reads. */
export const Node = z.object({
  metadata: ObjectMeta,
  spec: z.object({ unschedulable: z.boolean().default(false) }).prefault({}),
  status: z
    .object({
      addresses: z.array(z.object({ type: z.string(), address: z.string() })).default([]),
      conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
    })
    .prefault({}),
});
export type Node = z.infer<typeof Node>;
/** The zone that a node is in, if its cloud says it. */
export const zoneOf = (node: Node | undefined): string | undefined =>
  node?.metadata.labels['topology.kubernetes.io/zone'];

export const nodes: Kind<Node> = { apiVersion: 'v1', kind: 'Node', plural: 'nodes', schema: Node };

/** The part of a Service that the operator reads. */
export const Service = z.object({
  metadata: ObjectMeta.extend({
    namespace: z.string(),
    ownerReferences: z.array(z.object({ uid: z.string() })).default([]),
  }),
  spec: z.object({
    ports: z.array(z.object({ port: z.int(), nodePort: z.int().optional() })).default([]),
  }),
});
export type Service = z.infer<typeof Service>;
export const services: Kind<Service> = {
  apiVersion: 'v1',
  kind: 'Service',
  plural: 'services',
  schema: Service,
};

export const finalizers = { room: 'parley.dev/room', pool: 'parley.dev/pool' } as const;

export const labels = {
  partOf: 'app.kubernetes.io/part-of',
  component: 'app.kubernetes.io/component',
  pool: 'parley.dev/pool',
  /** Name of the pod, so that a Service can select it. */
  pod: 'parley.dev/pod',
  /** Uid of the Room that a dedicated relay belongs to. */
  room: 'parley.dev/room',
} as const;

/** Annotation that says from which template a pod was made. */
export const templateAnnotation = 'parley.dev/template';
/** Annotation with the addresses that clients are told, comma-separated, at most one per family. */
export const addressesAnnotation = 'parley.dev/addresses';
/** Annotation that says where these addresses are from: `Given`, `Pod`, or the type of the node's address. */
export const addressSourceAnnotation = 'parley.dev/address-source';
/** Annotation with the address families that the pod uses, comma-separated, the preferred one first. */
export const familiesAnnotation = 'parley.dev/ip-families';
/** Annotation that says how clients reach the pod. */
export const exposureAnnotation = 'parley.dev/exposure';

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
