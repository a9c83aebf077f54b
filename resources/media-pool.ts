import { z } from 'zod';
import { addressTypes, Exposure, portRange } from './exposure.ts';
import { PodTemplate } from './pod-template.ts';
import { Conditions, ObjectMeta, text, withRule } from './schema.ts';

const capacity = z
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
  .describe('What one SFU pod carries.');

const rollout = z
  .object({
    maxSurge: z
      .int()
      .min(1)
      .max(100)
      .default(1)
      .describe('SFU pods, and relays, that may be exchanged at the same time.'),
  })
  .prefault({})
  .describe('How pods are exchanged after the pool, or an image of the operator, has changed.');

const sfu = z
  .object({
    image: z.string().optional().describe("The SFU's image. Default: the operator's."),
    workers: z
      .int()
      .min(1)
      .max(64)
      .default(2)
      .describe('mediasoup workers per pod; each keeps one core busy.'),
    podTemplate: PodTemplate,
  })
  .prefault({})
  .describe('The SFU pods.');

const port = z.int().min(1).max(65535);

const turnFields = z
  .object({
    replicas: z.int().min(0).max(100).default(1).describe('Relay pods that rooms share. 0: no relay.'),
    image: z.string().optional().describe("The relay's image. Default: the operator's."),
    port: port.default(3478).describe('Where relays listen, over UDP and TCP.'),
    tlsPort: port.default(5349).describe('Where relays listen for TLS, over TCP.'),
    relayPorts: portRange(49_152, 65_535, 1024)
      .prefault({})
      .describe('Ports of the pod that a relay sends to SFUs from, both ends included.'),
    exposure: z
      .enum(['HostPort', 'HostNetwork', 'PodNetwork'])
      .optional()
      .describe(
        'How clients reach the relays. Default: as the SFU pods, and HostPort where these use NodePort or TurnOnly.',
      ),
    tls: z
      .object({
        secretName: text(253, 1).describe("A Secret of type kubernetes.io/tls in the operator's namespace."),
      })
      .optional()
      .describe('Makes relays listen for TLS, for networks that let nothing else through.'),
    domain: z
      .string()
      .max(253)
      .regex(/^[0-9A-Za-z]([0-9A-Za-z.-]*[0-9A-Za-z])?$/)
      .optional()
      .describe(
        'The DNS name that clients are told instead of the address of each relay, as certificates ask for.',
      ),
    quota: z
      .object({
        perParticipant: z
          .int()
          .min(1)
          .max(100)
          .default(8)
          .describe('Allocations that one participant may hold.'),
        perRelay: z.int().min(1).max(16_384).default(2_000).describe('Allocations that one relay carries.'),
        bytesPerSecond: z
          .int()
          .min(10_000)
          .optional()
          .describe('Bytes per second and allocation, each way. Default: no limit.'),
      })
      .prefault({})
      .describe('What a relay gives at most.'),
    allowedPeers: z
      .array(
        z
          .string()
          .max(64)
          .regex(/^[0-9A-Fa-f:.]+\/\d{1,3}$/),
      )
      .max(64)
      .default([])
      .describe('Networks in CIDR notation that relays may send to besides the SFUs of the pool.'),
    extraArgs: z
      .array(text(256))
      .max(32)
      .default([])
      .describe('More arguments for coturn, for what has no field here.'),
    podTemplate: PodTemplate,
  })
  .describe('The TURN relays.');

const turn = withRule(turnFields, {
  cel: [
    '(!has(self.tls) || (has(self.port) ? self.port : 3478) != (has(self.tlsPort) ? self.tlsPort : 5349))',
    '[has(self.port) ? self.port : 3478, has(self.tlsPort) ? self.tlsPort : 5349].all(one, one < (has(self.relayPorts) && has(self.relayPorts.from) ? self.relayPorts.from : 49152) || one > (has(self.relayPorts) && has(self.relayPorts.to) ? self.relayPorts.to : 65535))',
  ].join(' && '),
  message: 'port and tlsPort must differ and must not be among relayPorts',
  holds: ({ port, tlsPort, tls, relayPorts: { from, to } }) =>
    !(tls && port === tlsPort) && [port, tlsPort].every(one => one < from || one > to),
}).prefault({});

/** What a pool of SFU pods and TURN relays should be. */
export const MediaPoolSpec = withRule(
  z.object({
    minimum: z
      .int()
      .min(0)
      .max(1000)
      .default(1)
      .describe('SFU pods that always run. "kubectl scale" sets it.'),
    maximum: z.int().min(1).max(1000).default(4).describe('SFU pods that may run at most.'),
    freeRooms: z
      .int()
      .min(0)
      .max(100_000)
      .default(1)
      .describe('How many more rooms the running pods must have space for.'),
    capacity,
    placement: z
      .enum(['Packed', 'Spread'])
      .default('Packed')
      .describe('Packed: fill SFU pods, so that others become empty and go. Spread: take the emptiest.'),
    drainSeconds: z
      .int()
      .min(1)
      .max(86_400)
      .default(540)
      .describe(
        'How long rooms have to move from a pod that goes to others; people who are left then are moved with a short break. The default is what a cluster autoscaler waits for.',
      ),
    rollout,
    exposure: Exposure.prefault({}).describe('How clients reach the SFU pods.'),
    sfu,
    turn,
  }),
  {
    cel: '(has(self.minimum) ? self.minimum : 1) <= (has(self.maximum) ? self.maximum : 4)',
    message: 'minimum must not be greater than maximum',
    holds: spec => spec.minimum <= spec.maximum,
  },
).describe('What the pool should be.');
export type MediaPoolSpec = z.infer<typeof MediaPoolSpec>;

/** Where clients reach a pod. */
export const Endpoint = z.object({
  pod: z.string().describe('Name of the pod.'),
  role: z.enum(['sfu', 'turn']).describe('SFU or relay.'),
  node: z.string().optional().describe('Name of its node.'),
  addresses: z.array(z.string()).describe('Addresses that clients are told.'),
  source: z
    .enum([...addressTypes, 'Given', 'Pod'])
    .optional()
    .describe("Where the addresses are from: a type of the node's addresses, spec.exposure, or the pod."),
  ports: z.array(z.int()).describe('Ports that clients are told.'),
});
export type Endpoint = z.infer<typeof Endpoint>;

/** What the operator knows of a pool. */
export const MediaPoolStatus = z
  .object({
    observedGeneration: z.int().optional().describe('The metadata.generation that this status speaks of.'),
    conditions: Conditions.default([]).describe(
      'Accepted: the spec is possible. Ready: the minimum of SFU pods and all relays are ready. UpToDate: all pods are made as the pool says now.',
    ),
    pods: z.int().min(0).default(0).describe('SFU pods that exist and are not going.'),
    readyPods: z.int().min(0).default(0).describe('SFU pods that take rooms.'),
    updatedPods: z.int().min(0).default(0).describe('SFU pods that are made as the pool says now.'),
    drainingPods: z.int().min(0).default(0).describe('SFU pods that go once nobody is on them.'),
    leavingRooms: z
      .int()
      .min(0)
      .default(0)
      .describe('Rooms whose media is still on SFU pods that go: they move to others.'),
    readyRelays: z.int().min(0).default(0).describe('Relays that are ready.'),
    rooms: z.int().min(0).default(0).describe('Rooms placed on the pool.'),
    freeRooms: z.int().min(0).default(0).describe('Rooms that the ready pods still have space for.'),
    selector: z.string().optional().describe('Label selector of the SFU pods, for autoscalers.'),
    endpoints: z.array(Endpoint).default([]).describe('Where clients reach the pods.'),
  })
  .describe('What the pool is. Written by the operator.');
export type MediaPoolStatus = z.infer<typeof MediaPoolStatus>;

/** A MediaPool as the API server gives it; see `Room` for the unparsed spec. */
export const MediaPool = z.object({
  metadata: ObjectMeta,
  spec: z.unknown(),
  status: MediaPoolStatus.prefault({}).catch(() => MediaPoolStatus.parse({})),
});
export type MediaPool = z.infer<typeof MediaPool>;

/** Condition types of a MediaPool. */
export const mediaPoolConditions = { accepted: 'Accepted', ready: 'Ready', upToDate: 'UpToDate' } as const;
