import { type Room, type RoomStatus, roomConditions } from '@parley/resources';
import { condition, type Happening } from '../runtime/index.ts';
import { poorReasons } from './call-quality.ts';
import type { MoveNews, MoveReason } from './moving.ts';
import { sfuNames } from './status.ts';

const moveReasons = {
  CutOff: 'others of the room do not reach it',
  Fits: 'the others carry the room alone',
  Rebalanced: 'the rooms there need more than it has',
} as const satisfies Partial<Record<MoveReason, string>>;

/** Reasons of Ready=False that say no more than that something takes its time. */
const expected = new Set([
  'NotOpenYet',
  'Warming',
  'Closed',
  'Suspended',
  'WaitingForSfu',
  'WaitingForRelay',
]);
const closedReasons = new Set(['NotOpenYet', 'Warming', 'Closed']);
/** Their messages have figures, which change all the time. */
const poor = new Set<string>(poorReasons);

/**
 * What happened to a room between two statuses, for people.
 *
 * @param sfuLost the pod that the room was on, if it had to leave it.
 */
export function roomHappenings(
  room: Room,
  now: RoomStatus,
  sfuLost: string | undefined,
  move?: MoveNews,
): Happening[] {
  const change = (type: string) => {
    const [before, after] = [condition(room.status.conditions, type), condition(now.conditions, type)];
    const same = before?.status === after?.status && before?.reason === after?.reason;
    return { before, after, changed: !same || before?.message !== after?.message };
  };
  const happenings: Happening[] = [];
  const tell = (type: Happening['type'], reason: string, message: string) => {
    happenings.push({ type, reason, message });
  };

  if (sfuLost !== undefined) tell('Warning', 'SfuLost', `SFU ${sfuLost} is gone. The room is placed anew.`);

  const accepted = change(roomConditions.accepted);
  if (accepted.changed && accepted.after?.status === 'False') {
    tell('Warning', accepted.after.reason, accepted.after.message);
  } else if (accepted.changed && accepted.before?.status === 'False') {
    tell('Normal', 'Accepted', accepted.after?.message ?? '');
  }

  const ready = change(roomConditions.ready);
  const was = ready.before?.reason ?? '';
  const is = ready.after?.reason ?? '';
  const isClosed = closedReasons.has(is) || is === 'Suspended';
  if (was === 'Suspended' && is !== 'Suspended')
    tell('Normal', 'Resumed', 'The room is no longer suspended.');
  else if (closedReasons.has(was) && !isClosed) {
    const until = now.closesAt === undefined ? '' : ` until ${now.closesAt}`;
    tell('Normal', 'Opened', `The room is open${until}.`);
  }
  if (ready.before?.status === 'True' && is === 'NotOpenYet') {
    tell('Normal', 'Closed', `Closed by its schedule. ${ready.after?.message ?? ''}`);
  } else if (ready.changed && ready.after?.status === 'False' && is !== 'Rejected') {
    tell(expected.has(is) ? 'Normal' : 'Warning', is, ready.after.message);
  }

  if (move?.state === 'begun') {
    const { reason } = move;
    const goes =
      reason === 'CutOff' || reason === 'Fits' || reason === 'Rebalanced'
        ? moveReasons[reason]
        : `${move.from} goes (${reason})`;
    const why = reason === 'Other' ? '' : `: ${goes}`;
    const who = move.isPart ? 'those who are on it' : 'everybody in it';
    tell('Normal', 'RoomMoving', `From SFU ${move.from} to SFU ${move.to}, with ${who}${why}.`);
  } else if (move) {
    tell('Normal', 'RoomMoved', `From SFU ${move.from} to ${sfuNames(now.sfus)}, within ${move.seconds} s.`);
  }

  const [before, after] = [room.status.sfus, now.sfus];
  if (before.length > 0 && after.length > before.length) {
    tell('Normal', 'RoomGrown', `The room is on ${sfuNames(after)}, as those that it had are filling up.`);
  } else if (after.length > 0 && after.length < before.length && sfuLost === undefined) {
    tell('Normal', 'RoomShrunk', `The room is on ${sfuNames(after)}, as it needs no more.`);
  }

  const sfu = now.sfus[0]?.pod;
  if (ready.after?.status === 'True' && ready.before?.status !== 'True') {
    tell('Normal', 'Ready', `People can join at ${now.joinUrl}. The room is on ${sfuNames(after)}.`);
  } else if (
    move?.state !== 'begun' &&
    sfu !== undefined &&
    (sfu !== room.status.sfus[0]?.pod || sfuLost !== undefined)
  ) {
    tell('Normal', 'Placed', `Placed on ${sfuNames(after)}.`);
  }

  const degraded = change(roomConditions.degraded);
  // That its relay starts after it is no news of a room that has just become ready.
  const starts = ready.before?.status !== 'True' && degraded.after?.reason === 'RelayNotReady';
  const wasPoor = degraded.before?.status === 'True' && poor.has(degraded.before.reason);
  const goesOn = wasPoor && degraded.before?.reason === degraded.after?.reason;
  const unheard = wasPoor && condition(now.conditions, roomConditions.qualityMet)?.status === 'Unknown';
  if (degraded.changed && degraded.after?.status === 'True' && !starts && !goesOn) {
    tell('Warning', degraded.after.reason, degraded.after.message);
  } else if (degraded.before?.status === 'True' && degraded.after?.status === 'False' && !unheard) {
    tell('Normal', 'Recovered', `${degraded.before.reason} is over. ${degraded.after.message}`);
  }
  return happenings;
}
