import type { Room, RoomStatus } from '@parley/resources';
import type { LeavingReason, PoolView } from '../pool/view.ts';
import { type Decision, sfusOf } from './decision.ts';

/**
 * Why rooms move with people in them, though their SFU stays. `CutOff`: other SFUs of the room did not reach it. `Fits`: they carry the
 * room alone. `Rebalanced`: it was too full.
 */
export const stayingReasons = ['CutOff', 'Fits', 'Rebalanced', 'Other'] as const;
export type MoveReason = LeavingReason | (typeof stayingReasons)[number];

/** A move that is under way. */
export interface Moving {
  /** The pod that the room leaves. */
  from: string;
  /** An instant as it stands in a status. */
  since: string;
}

/** What is new about a room's way from one SFU to another with people in it. */
export type MoveNews =
  /** `isPart`: some people of a room on several SFUs. */
  | { state: 'begun'; from: string; to: string; reason: MoveReason; isPart: boolean }
  | { state: 'done'; from: string; to: string; seconds: number };

export interface MovingFacts {
  room: Room;
  decision: Decision;
  view: Pick<PoolView, 'sfus'> | undefined;
  participants: number;
  /** Whether all media is where the room is placed, if that was asked. */
  arrived: boolean;
  /** Whether other SFUs of the room do not reach this one. */
  isCutOff: (pod: string) => boolean;
  /** The pod that gave the room away because it was too full, if one did. */
  givenBy: string | undefined;
  now: Date;
}

/** The move that a status speaks of. */
export function movingOf({ movingFrom: from, movingSince: since }: RoomStatus): Moving | undefined {
  return from === undefined || since === undefined ? undefined : { from, since };
}

/** The pods of SFUs that a room left and that live, or goes on to leave. */
export function leftPods({ status }: Room, decision: Decision, view: MovingFacts['view']): string[] {
  if (decision.state !== 'placed') return [];
  const now = new Set(sfusOf(decision).map(({ pod }) => pod));
  const live = new Set(view?.sfus.map(({ pod }) => pod));
  return status.sfus.map(({ pod }) => pod).filter(pod => !now.has(pod) && live.has(pod));
}

/**
 * What the status says of a move, and what is new of it. A room without people just changes its place, and one that leaves a
 * further SFU on which nobody was does not move.
 */
export function followMove(facts: MovingFacts): { moving: Moving | undefined; news?: MoveNews } {
  const { room, decision, view, participants, arrived, isCutOff, givenBy, now } = facts;
  const before = room.status.sfus.map(({ pod }) => pod);
  const moving = movingOf(room.status);
  if (decision.state === 'waiting') return { moving };
  if (decision.state !== 'placed') return { moving: undefined };
  const pods = sfusOf(decision).map(({ pod }) => pod);
  const to = pods.find(pod => !before.includes(pod)) ?? decision.sfu.pod;
  const left = leftPods(room, decision, view).find(pod => pod === before[0] || !arrived);
  if (left !== undefined && participants > 0) {
    const leaving = view?.sfus.find(({ pod }) => pod === left)?.leaving;
    const other = left === givenBy ? 'Rebalanced' : 'Other';
    const fits = pods.length < before.length ? 'Fits' : other;
    const reason = leaving ?? (isCutOff(left) ? 'CutOff' : fits);
    return {
      moving: { from: left, since: now.toISOString() },
      news: { state: 'begun', from: left, to, reason, isPart: before.length > 1 },
    };
  }
  if (!moving || (participants > 0 && !arrived)) return { moving };
  const seconds = (now.getTime() - Date.parse(moving.since)) / 1000;
  return { moving: undefined, news: { state: 'done', from: moving.from, to: decision.sfu.pod, seconds } };
}
