import type { Room, RoomStatus } from '@parley/resources';
import type { LeavingReason, PoolView } from '../pool/view.ts';
import type { Decision } from './decision.ts';

/** A move that is under way. */
export interface Moving {
  /** The pod that the room leaves. */
  from: string;
  /** An instant as it stands in a status. */
  since: string;
}

/** What is new about a room's way from one SFU to another with people in it. */
export type MoveNews =
  | { state: 'begun'; from: string; to: string; reason: LeavingReason | 'Other' }
  | { state: 'done'; from: string; to: string; seconds: number };

export interface MovingFacts {
  room: Room;
  decision: Decision;
  view: Pick<PoolView, 'sfus'> | undefined;
  participants: number;
  /** Whether all media is where the room is placed, if that was asked. */
  arrived: boolean;
  now: Date;
}

/** The move that a status speaks of. */
export function movingOf({ movingFrom: from, movingSince: since }: RoomStatus): Moving | undefined {
  return from === undefined || since === undefined ? undefined : { from, since };
}

/** What the status says of a move, and what is new of it. A room without people just changes its place. */
export function followMove(facts: MovingFacts): { moving: Moving | undefined; news?: MoveNews } {
  const { room, decision, view, participants, arrived, now } = facts;
  const { sfus } = room.status;
  const moving = movingOf(room.status);
  if (decision.state === 'waiting') return { moving };
  if (decision.state !== 'placed') return { moving: undefined };
  const to = decision.sfu.pod;
  const before = sfus[0]?.pod;
  const left = before === to ? undefined : view?.sfus.find(({ pod }) => pod === before);
  if (left && participants > 0) {
    const news = { state: 'begun', from: left.pod, to, reason: left.leaving ?? 'Other' } as const;
    return { moving: { from: left.pod, since: now.toISOString() }, news };
  }
  if (!moving || (participants > 0 && !arrived)) return { moving };
  const seconds = (now.getTime() - Date.parse(moving.since)) / 1000;
  return { moving: undefined, news: { state: 'done', from: moving.from, to, seconds } };
}
