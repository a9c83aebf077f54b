import { isReady } from '../kinds.ts';
import { byUse, type Member, staleReason } from './member.ts';

export interface ExchangeFacts {
  /** Pods of one role that count and are not going. */
  live: readonly Member[];
  /** Pods of this role that are going. */
  draining: number;
  wished: number;
  /** How many may be exchanged at the same time. */
  maxSurge: number;
  stuckMs: number;
}

export interface Departure {
  member: Member;
  /** For people. */
  why: string;
  /** Whether something went wrong. */
  lost: boolean;
}

export interface Exchange {
  /** Pods to make, also those that are missing anyway. */
  add: number;
  retire: Departure[];
}

/**
 * What has to be done so that all pods are as they should be, some at a time: the new ones come first, and what was there
 * goes when they serve. New ones that do not serve stop it.
 */
export function planExchange({ live, draining, wished, maxSurge, stuckMs }: ExchangeFacts): Exchange {
  const missing = Math.max(0, wished - live.length);
  const isStale = (member: Member) => staleReason(member, stuckMs) !== undefined;
  const stale = live.filter(isStale).sort(byUse(isStale));
  if (stale.length === 0) return { add: missing, retire: [] };

  const fresh = live.length - stale.length;
  const space = wished + maxSurge - (live.length + missing + draining);
  const surge = Math.max(0, Math.min(wished - fresh - missing, space));

  // Nobody is on those that do not live.
  const dead = stale.filter(isDead);
  const others = stale.filter(member => !isDead(member));
  const atOnce = Math.max(0, maxSurge - draining);
  const spare = live.filter(member => member.serves).length - wished;
  const proven = live.some(member => member.serves && !isStale(member));
  // What does not serve is not missed, once it is seen that new ones do better.
  const idle = proven ? others.filter(member => !member.serves) : [];
  const spared = others.filter(member => member.serves).slice(0, Math.max(0, spare));
  const replaced = [...idle, ...spared].slice(0, atOnce);
  const anyway = replaced.length === 0 ? goesAnyway(live, stale, stuckMs).slice(0, Math.min(1, atOnce)) : [];
  const retire = [...dead, ...replaced, ...anyway].map(member => ({
    member,
    why: staleReason(member, stuckMs) ?? '',
    lost: false,
  }));
  return { add: missing + surge, retire };
}

/** A pod that is ready may carry calls, although its SFU was not heard of. */
function isDead({ alive, pod }: Member): boolean {
  return !alive && !isReady(pod);
}

/**
 * What makes way although no replacement serves, as the cluster has no place for one for too long: pods of cordoned nodes,
 * and relays, whose port of a node may be what the replacement waits for.
 */
function goesAnyway(live: readonly Member[], stale: readonly Member[], stuckMs: number): Member[] {
  const placeless = live.some(({ node, idleMs }) => node === 'none' && idleMs >= stuckMs);
  return placeless
    ? stale.filter(({ alive, node, role }) => alive && (node === 'cordoned' || role === 'turn'))
    : [];
}
