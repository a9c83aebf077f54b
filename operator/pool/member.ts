import { isOver, isReady, isTerminating, type Node, type Pod, type PodRole } from '../kinds.ts';
import type { PodLoad } from '../ledger.ts';

/** How the node of a pod is; `none`: the pod has no node yet. */
export type NodeState = 'none' | 'gone' | 'silent' | 'cordoned' | 'ready';

/** A pod of a pool, with all that decides what becomes of it. */
export interface Member {
  pod: Pod;
  role: PodRole;
  /** Whether it belongs to this pool and not to an earlier one of its name. */
  own: boolean;
  /** Whether it is terminating or was told to go. */
  going: boolean;
  /** Whether it should long have ended: its pool goes on without waiting for that. */
  overdue: boolean;
  node: NodeState;
  /** Whether pods are made in another way now. */
  outdated: boolean;
  /** Whether it tells clients an address that its node no longer has. */
  misannounced: boolean;
  /** Whether people may be on it: its SFU is registered, or its relay ready. */
  alive: boolean;
  /** Whether its SFU was told to end though its pod was not: its container is started anew once nobody is on it. */
  stopping: boolean;
  /** Whether it takes work. */
  serves: boolean;
  /** For how long it has not served though its node answers, or has had no node that does, in milliseconds. */
  idleMs: number;
  load: PodLoad;
  /** People in its rooms. */
  people: number;
}

/** How a node is, as far as its pods are concerned. A node without conditions is new. */
export function nodeState(node: Node | undefined): NodeState {
  if (!node) return 'gone';
  const ready = node.status.conditions.find(({ type }) => type === 'Ready');
  if (ready && ready.status !== 'True') return 'silent';
  return node.spec.unschedulable ? 'cordoned' : 'ready';
}

/** How long the kubelet may take over a pod whose grace is over, in ms. */
const overdueMs = 60_000;

/** How long the end of a pod is still waited for, in milliseconds. Its deletionTimestamp is when its grace ends. */
export function overdueInMs(pod: Pod, now: number): number {
  if (!isTerminating(pod)) return overdueMs;
  return Date.parse(pod.metadata.deletionTimestamp ?? '') + overdueMs - now;
}

/** Whether nobody knows what became of it: its node does not answer. It does not count, and may come back. */
export function isLost({ node, serves }: Member): boolean {
  return node === 'silent' && !serves;
}

/** Whether its node answers and it has not served for too long. One without a node waits for a place in the cluster. */
export function isStuck({ node, idleMs }: Member, stuckMs: number): boolean {
  return (node === 'ready' || node === 'cordoned') && idleMs >= stuckMs;
}

/** Why another pod should take its place, once that is there. */
export function staleReason(member: Member, stuckMs: number): string | undefined {
  if (member.outdated) return 'its pool is not what it was when the pod was made';
  if (member.misannounced) return `its node ${member.pod.spec.nodeName} has another address now`;
  if (member.stopping) return 'its SFU was told to end';
  if (member.node === 'cordoned') return `its node ${member.pod.spec.nodeName} is cordoned`;
  return isStuck(member, stuckMs) ? 'it has not served for too long' : undefined;
}

/** Why it goes now, whether or not something takes its place: nobody can be on it. */
export function uselessReason(member: Member, stuckMs: number): string | undefined {
  if (isOver(member.pod)) return 'it has ended';
  if (!member.own) return 'it is of an earlier pool of this name';
  if (member.alive || isReady(member.pod)) return undefined;
  return isStuck(member, stuckMs) ? 'it has not started for too long' : undefined;
}

/** Those that do the least go first: without life, to be exchanged anyway, with few people, with few rooms, young. */
export function byUse(stale: (member: Member) => boolean): (a: Member, b: Member) => number {
  const ranks = (one: Member) => [
    Number(one.alive),
    Number(one.serves),
    Number(!stale(one)),
    one.people,
    one.load.rooms,
  ];
  return (a, b) => {
    const [first, second] = [ranks(a), ranks(b)];
    for (const [index, rank] of first.entries()) {
      const difference = rank - (second[index] ?? 0);
      if (difference !== 0) return difference;
    }
    return age(a) < age(b) ? 1 : -1;
  };
}

const age = ({ pod }: Member) => pod.metadata.creationTimestamp + pod.metadata.name;
