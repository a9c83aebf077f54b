import { z } from 'zod';
import { Conditions, ObjectMeta, withRule } from './schema.ts';

const HostPorts = withRule(
  z.object({
    from: z.int().min(1024).max(65535).default(40_000).describe('The first port.'),
    to: z.int().min(1024).max(65535).default(40_999).describe('The last port.'),
  }),
  {
    cel: '(has(self.from) ? self.from : 40000) <= (has(self.to) ? self.to : 40999)',
    message: 'from must not be greater than to',
    holds: ports => ports.from <= ports.to,
  },
).describe('Node ports that the pool may use, both ends included.');

/** What a pool of SFU pods and TURN relays should be. */
export const MediaPoolSpec = withRule(
  z.object({
    minimum: z.int().min(0).max(1000).default(1).describe('SFU pods that always run.'),
    maximum: z.int().min(1).max(1000).default(4).describe('SFU pods that may run at most.'),
    freeRooms: z
      .int()
      .min(0)
      .max(100_000)
      .default(1)
      .describe('How many more rooms the running pods must have space for.'),
    capacity: z
      .object({
        roomsPerPod: z.int().min(1).max(10_000).default(50).describe('Rooms that one SFU pod carries.'),
        participantsPerRoom: z
          .int()
          .min(2)
          .max(1000)
          .default(200)
          .describe('The largest maxParticipants accepted.'),
      })
      .prefault({})
      .describe('What one SFU pod carries.'),
    exposure: z
      .object({
        type: z
          .enum(['HostPort', 'PodNetwork'])
          .default('HostPort')
          .describe(
            'How media reaches a pod. HostPort: through ports of its node. PodNetwork: at the pod address, where clients can route to it.',
          ),
        hostPorts: HostPorts.prefault({}),
      })
      .prefault({})
      .describe('How clients reach the SFU pods.'),
    sfu: z
      .object({
        image: z.string().optional().describe("The SFU's image. Default: the operator's."),
        workers: z
          .int()
          .min(1)
          .max(64)
          .default(2)
          .describe('mediasoup workers per pod; each keeps one core busy.'),
      })
      .prefault({})
      .describe('The SFU pods.'),
    turn: z
      .object({
        replicas: z.int().min(0).max(100).default(1).describe('coturn pods. 0: no relay.'),
        image: z.string().optional().describe("coturn's image. Default: the operator's."),
        extraArgs: z
          .array(z.string().max(256))
          .max(32)
          .default([])
          .describe('More arguments for turnserver.'),
      })
      .prefault({})
      .describe('The TURN relays.'),
  }),
  {
    cel: '(has(self.minimum) ? self.minimum : 1) <= (has(self.maximum) ? self.maximum : 4)',
    message: 'minimum must not be greater than maximum',
    holds: spec => spec.minimum <= spec.maximum,
  },
).describe('What the pool should be.');
export type MediaPoolSpec = z.infer<typeof MediaPoolSpec>;

/** What the operator knows of a pool. */
export const MediaPoolStatus = z
  .object({
    observedGeneration: z.int().optional().describe('The metadata.generation that this status speaks of.'),
    conditions: Conditions.default([]).describe(
      'Accepted: the spec is possible. Ready: the minimum of SFU pods and all relays are ready.',
    ),
    pods: z.int().min(0).default(0).describe('SFU pods that exist.'),
    readyPods: z.int().min(0).default(0).describe('SFU pods that carry rooms.'),
    readyRelays: z.int().min(0).default(0).describe('coturn pods that are ready.'),
    rooms: z.int().min(0).default(0).describe('Rooms placed on the pool.'),
    freeRooms: z.int().min(0).default(0).describe('Rooms that the ready pods still have space for.'),
  })
  .describe('What the pool is. Written by the operator.');
export type MediaPoolStatus = z.infer<typeof MediaPoolStatus>;

/** A MediaPool as the API server gives it; see `Room` for the unparsed spec. */
export const MediaPool = z.object({
  metadata: ObjectMeta,
  spec: z.unknown(),
  status: MediaPoolStatus.prefault({}).catch({
    conditions: [],
    pods: 0,
    readyPods: 0,
    readyRelays: 0,
    rooms: 0,
    freeRooms: 0,
  }),
});
export type MediaPool = z.infer<typeof MediaPool>;

/** Condition types of a MediaPool. */
export const mediaPoolConditions = { accepted: 'Accepted', ready: 'Ready' } as const;
