import { SfuInstance } from '@parley/protocol';
import { MediaPool, Room } from '@parley/resources';
import { labels, Pod, type PodRole, templateAnnotation } from '../kinds.ts';
import type { Member } from '../pool/member.ts';
import type { PoolView, Sfu } from '../pool/view.ts';

let version = 0;
const metadata = (name: string, more: object = {}) => {
  version += 1;
  return {
    name,
    uid: `00000000-0000-4000-8000-${`${version}`.padStart(12, '0')}`,
    resourceVersion: `${version}`,
    creationTimestamp: '2026-01-01T00:00:00Z',
    ...more,
  };
};

export const makeRoom = (spec: unknown = {}, more: object = {}): Room =>
  Room.parse({ metadata: metadata('demo', { namespace: 'default' }), spec, ...more });

export const makePool = (spec: unknown = {}, more: object = {}): MediaPool =>
  MediaPool.parse({ metadata: metadata('default'), spec, ...more });

export interface PodSketch {
  role?: PodRole;
  ready?: boolean;
  phase?: string;
  owner?: string;
  created?: string;
  hostPorts?: number[];
  terminating?: boolean;
  /** What its container waits for. */
  waiting?: { reason: string; message?: string };
  template?: string;
  annotations?: Record<string, string>;
  labels?: Record<string, string>;
  node?: string;
  /** Names of ports with the numbers that they have in the pod. */
  ports?: Record<string, number>;
}

export function makePod(name: string, sketch: PodSketch = {}): Pod {
  const { role = 'sfu', ready = true, phase = 'Running', owner = 'pool', created, hostPorts = [] } = sketch;
  return Pod.parse({
    metadata: metadata(name, {
      namespace: 'parley-system',
      labels: { [labels.component]: role, [labels.pool]: 'default', ...sketch.labels },
      ownerReferences: [{ uid: owner }],
      annotations: {
        ...(sketch.template ? { [templateAnnotation]: sketch.template } : {}),
        ...sketch.annotations,
      },
      ...(created ? { creationTimestamp: created } : {}),
      ...(sketch.terminating ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    }),
    spec: {
      ...(sketch.node ? { nodeName: sketch.node } : {}),
      containers: [
        {
          name: role,
          ports: [
            ...hostPorts.map(hostPort => ({ containerPort: hostPort, hostPort })),
            ...Object.entries(sketch.ports ?? {}).map(([name, containerPort]) => ({ name, containerPort })),
          ],
        },
      ],
    },
    status: {
      phase,
      podIP: '10.0.0.1',
      hostIP: '192.0.2.1',
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: [{ state: sketch.waiting ? { waiting: sketch.waiting } : {} }],
    },
  });
}

export const instance = (n: number): SfuInstance =>
  SfuInstance.parse(`11111111-1111-4111-8111-${`${n}`.padStart(12, '0')}`);

export const makeSfu = (pod: string, n = 1, more: Partial<Sfu> = {}): Sfu => ({
  pod,
  instance: instance(n),
  controlUrl: `http://${pod}:8080`,
  takesRooms: true,
  leaving: undefined,
  fresh: true,
  relayOnly: false,
  ...more,
});

export const makeView = (sfus: Sfu[], more: Partial<PoolView> = {}): PoolView => ({
  name: 'default',
  refusal: undefined,
  roomsPerPod: 2,
  placement: 'Packed',
  participantsPerRoom: 200,
  mayGrow: false,
  struggling: false,
  sfus,
  relays: 0,
  turnUrls: [],
  ...more,
});

/** An SFU pod that serves nobody yet, or a relay. */
export const makeMember = (name: string, more: Partial<Member> = {}, sketch: PodSketch = {}): Member => {
  const { serves = true, role = 'sfu' } = more;
  return {
    pod: makePod(name, { role, ready: serves, ...sketch }),
    role,
    own: true,
    going: false,
    overdue: false,
    node: 'ready',
    outdated: false,
    misannounced: false,
    stopping: false,
    alive: serves,
    serves,
    idleMs: 0,
    load: { rooms: more.people ? 1 : 0, dedicated: 0, spread: 0 },
    people: 0,
    ...more,
  };
};
