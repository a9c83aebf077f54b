import { type Loads, loadsOf } from './loads.ts';
import type { NodeType } from './node-type.ts';
import type { Wishes } from './wishes.ts';

/** One line of a plan. */
export interface PlanLine {
  part: 'load' | 'sfu' | 'relay' | 'signaling' | 'redis' | 'nodes';
  name: string;
  value: number;
  unit: string;
  /** How it follows from wishes and figures. */
  why: string;
}

export interface Plan {
  loads: Loads;
  /** SFU workers that carry all, without spares; pods with them. */
  workers: number;
  sfuPods: number;
  /** Rooms for `capacity.roomsPerPod` of the MediaPool. */
  roomsPerPod: number;
  relays: number;
  signalingReplicas: number;
  nodes: number;
  lines: PlanLine[];
}

/** Cores of a node for the system, and a share of its memory. */
const systemCores = 0.2;
const systemMemory = 0.1;
/** Memory of an SFU pod with nobody in it, in MB: Node, and a worker each. */
const podMb = 110;
const workerMb = 15;
/** What Redis keeps of a room and of a person, in kB: states, logs and chat as they are at most in an ordinary meeting. */
const redisKb = { room: 200, person: 6 };
/** Memory of a signaling replica, and of each person there, in MB. */
const replicaMb = { base: 130, person: 0.08 };

/** What to run for these wishes on nodes of this type. Pure: the same for the same figures. */
export function planCapacity(wishes: Wishes, node: NodeType): Plan {
  const loads = loadsOf(wishes, node);
  const free = 1 - wishes.headroom;
  const lines: PlanLine[] = [];
  const say = (part: PlanLine['part'], name: string, value: number, unit: string, why: string) => {
    lines.push({ part, name, value, unit, why });
    return value;
  };
  const { rooms, people } = wishes;
  const workersPerPod = wishes.workersPerPod ?? Math.max(1, Math.floor(node.cores) - 1);
  const { sfu, signaling } = node;

  say('load', 'people in a room', loads.roomSize, '', `${people} people ÷ ${rooms} rooms`);
  say(
    'load',
    'tracks sent to people',
    loads.consumers,
    '',
    `of the others of their room each receives up to ${wishes.pictures} pictures and ${wishes.sounds} sounds`,
  );
  say(
    'load',
    'SFUs to people',
    loads.out.bits / 1e6,
    'Mbit/s',
    `pictures of ${wishes.pictureBits / 1e3} and sounds of ${wishes.soundBits / 1e3} kbit/s, with headers: ${round(loads.out.packets)} packets a second`,
  );
  say(
    'load',
    'people to SFUs',
    loads.in.bits / 1e6,
    'Mbit/s',
    `${round(loads.senders)} send all layers of a picture (${wishes.sentPictureBits / 1e3} kbit/s) and sound`,
  );

  // A worker is one thread: it has one core, of which joins take their share while all come.
  const cores = loads.forwardingCores + loads.joinCores;
  const byCpu = cores / rooms / free;
  const byTracks = loads.consumersPerRoom / sfu.consumersPerWorker / free;
  const roomWorkers = Math.max(byCpu, byTracks);
  const limit = byCpu >= byTracks ? 'processor' : 'tracks';
  say(
    'sfu',
    'cores that forward',
    loads.forwardingCores,
    '',
    `${round(loads.out.packets)} packets a second × ${sfu.microsecondsPerPacket} µs`,
  );
  say(
    'sfu',
    'cores for joins',
    loads.joinCores,
    '',
    `all come within ${wishes.joinSeconds} s: ${sfu.millisecondsPerTransport} ms for each transport, ${sfu.millisecondsPerConsumer} ms for each track`,
  );
  const workers = workersFor(rooms, roomWorkers, sfu.spreadEfficiency);
  say(
    'sfu',
    'workers',
    workers,
    '',
    `a room takes ${round(roomWorkers)} of a worker with ${percent(wishes.headroom)} left free (${limit} decide${limit === 'processor' ? 's' : ''})${roomWorkers > 1 ? `, and on several carries ${percent(sfu.spreadEfficiency)}` : ''}; rooms are not cut where one fits`,
  );
  const needed = Math.ceil(workers / workersPerPod);
  const sfuPods = withSpares(needed, wishes);
  const spareText = sparesOf(wishes);
  say(
    'sfu',
    'pods',
    sfuPods,
    '',
    `${needed} with ${workersPerPod} workers each, ${spareText}: \`maximum\` of the MediaPool`,
  );
  const perWorker = roomWorkers <= 1 ? Math.floor(1 / roomWorkers) : rooms / workers;
  const roomsPerPod = Math.max(1, Math.floor(perWorker * workersPerPod));
  say('sfu', 'rooms per pod', roomsPerPod, '', '`capacity.roomsPerPod` of the MediaPool');
  const mediaMb = (loads.consumers * sfu.kilobytesPerConsumer + people * sfu.kilobytesPerPerson) / 1e3;
  const emptyMb = podMb + workerMb * workersPerPod;
  say(
    'sfu',
    'memory of a pod',
    emptyMb + mediaMb / needed,
    'MB',
    `${emptyMb} empty, ${sfu.kilobytesPerConsumer} kB a track, ${sfu.kilobytesPerPerson} kB a person`,
  );

  const relayedPeople = people * wishes.relayed;
  const relayBits = loads.perPerson.bits * relayedPeople;
  const relayCores = (loads.perPerson.packets * relayedPeople * sfu.microsecondsPerPacket) / 1e6;
  const relayNeed =
    relayedPeople === 0
      ? 0
      : Math.max(
          1,
          Math.ceil(relayCores / free),
          Math.ceil(relayBits / (node.megabitsPerSecond * 1e6 * free)),
        );
  const relays = relayNeed === 0 ? 0 : withSpares(relayNeed, wishes);
  if (relays > 0) {
    say(
      'relay',
      'people on relays',
      relayedPeople,
      '',
      `${percent(wishes.relayed)} of all; each holds two allocations`,
    );
    say(
      'relay',
      'through relays',
      relayBits / 1e6,
      'Mbit/s',
      'what these people send and receive, in and out once each',
    );
    say(
      'relay',
      'relays',
      relays,
      '',
      `${round(relayCores)} cores, as a packet is taken to cost what it costs an SFU (not measured), ${percent(wishes.headroom)} left free: ${relayNeed}, ${spareText}`,
    );
  }

  const joins = people / wishes.joinSeconds;
  const messages = (people * wishes.messagesPerMinute) / 60;
  // The figure of a message is of rooms of five: who hears it costs, too.
  const hearers = Math.max(1, loads.roomSize / 5);
  const signalingCores =
    (joins * signaling.millisecondsPerJoin + messages * hearers * signaling.millisecondsPerMessage) / 1_000;
  const replicaNeed = Math.max(Math.ceil(signalingCores / free), Math.ceil(joins / signaling.joinsPerSecond));
  const signalingReplicas = Math.max(2, withSpares(replicaNeed, wishes));
  say(
    'signaling',
    'joins',
    joins,
    '/s',
    `all come within ${wishes.joinSeconds} s; a replica lets ${signaling.joinsPerSecond} a second in`,
  );
  say(
    'signaling',
    'cores',
    signalingCores,
    '',
    `${signaling.millisecondsPerJoin} ms a join; ${round(messages)} messages a second × ${signaling.millisecondsPerMessage} ms × ${round(hearers)} for rooms larger than five`,
  );
  say('signaling', 'replicas', signalingReplicas, '', `${replicaNeed}, ${spareText}; at least 2`);
  const replicaMemoryMb = replicaMb.base + (replicaMb.person * people) / replicaNeed;
  say(
    'signaling',
    'memory of a replica',
    replicaMemoryMb,
    'MB',
    `${replicaMb.base} and ${replicaMb.person * 1_000} kB a person (estimated)`,
  );

  say(
    'redis',
    'memory',
    (rooms * redisKb.room + people * redisKb.person) / 1e3,
    'MB',
    `up to ${redisKb.room} kB a room and ${redisKb.person} kB a person (estimated); one that fails over, with as much again free`,
  );

  const pods = {
    sfuPods,
    workersPerPod,
    sfuMemoryMb: emptyMb * sfuPods + mediaMb,
    sfuBits: Math.max(loads.out.bits, loads.in.bits),
    others: relays + signalingReplicas,
    relayBits,
  };
  const nodes = nodesFor(pods, wishes, node);
  say('nodes', 'nodes', nodes.count, '', nodes.why);
  return { loads, workers, sfuPods, roomsPerPod, relays, signalingReplicas, nodes: nodes.count, lines };
}

/** Workers for so many rooms that take so much of one each. What fits on one worker stays on one. */
function workersFor(rooms: number, roomWorkers: number, efficiency: number): number {
  if (roomWorkers <= 1) return Math.ceil(rooms / Math.floor(1 / roomWorkers));
  return rooms * Math.max(2, Math.ceil(roomWorkers / efficiency));
}

/** The least number of which `needed` are left when the spares, and then one zone, are gone. */
export function withSpares(needed: number, { spares, zones }: Pick<Wishes, 'spares' | 'zones'>): number {
  let count = needed + spares;
  while (zones > 1 && count - Math.ceil(count / zones) < needed) count++;
  return count;
}

function sparesOf({ spares, zones }: Wishes): string {
  const parts = [
    ...(spares > 0 ? [`${spares} more that may be gone`] : []),
    ...(zones > 1 ? [`enough without one of ${zones} zones`] : []),
  ];
  return parts.length === 0 ? 'none to spare' : parts.join(', ');
}

interface Pods {
  sfuPods: number;
  workersPerPod: number;
  sfuMemoryMb: number;
  sfuBits: number;
  /** Relays and replicas, of a core each. */
  others: number;
  /** What relays take in, and send on. */
  relayBits: number;
}

/** Nodes for all these pods: the most of what cores, memory and network ask for. */
function nodesFor(pods: Pods, wishes: Wishes, node: NodeType): { count: number; why: string } {
  const cores = node.cores - systemCores;
  const byCores = Math.floor(cores / pods.workersPerPod);
  const memoryMb = node.memoryGiB * 1_073.741_824 * (1 - systemMemory);
  const bits = node.megabitsPerSecond * 1e6 * (1 - wishes.headroom);
  const limits = {
    cores: Math.ceil(pods.sfuPods / Math.max(1, byCores)),
    memory: Math.ceil(pods.sfuMemoryMb / memoryMb),
    network: withSpares(Math.ceil(pods.sfuBits / bits), wishes),
  };
  const forSfus = Math.max(...Object.values(limits));
  const forOthers = Math.max(
    Math.ceil(pods.others / Math.max(1, Math.floor(cores))),
    withSpares(Math.ceil(pods.relayBits / bits), pods.relayBits > 0 ? wishes : { spares: 0, zones: 1 }),
  );
  const tight = byCores === 0 ? ', which is less than their workers would use' : '';
  return {
    count: Math.max(wishes.zones, forSfus + forOthers),
    why: `SFU pods: ${limits.cores} by cores (${Math.max(1, byCores)} on each${tight}), ${limits.memory} by memory, ${limits.network} by network; ${pods.others} relays and replicas of a core each, and the network of relays: ${forOthers}`,
  };
}

const round = (value: number): string => Number(value.toPrecision(3)).toLocaleString('en');
const percent = (share: number): string => `${round(share * 100)} %`;
