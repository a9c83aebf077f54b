import { RoomSpec } from '@parley/resources';
import { describe, expect, test } from 'vitest';
import { makeRoom, makeSfu } from '../test/make.ts';
import type { Decision } from './decision.ts';
import { endingStatus, joinUrl, roomHappenings, roomStatus } from './status.ts';

const spec = RoomSpec.parse({});
const placed: Decision = { state: 'placed', spec, sfu: makeSfu('sfu-1'), turnUrls: [] };
const waiting: Decision = { state: 'waiting', reason: 'PoolFull', message: 'Full.' };
const rejected: Decision = { state: 'rejected', reason: 'InvalidSpec', message: 'No.' };
const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds));
const status = (decision: Decision, room = makeRoom(), participants = 0, now = at(0)) =>
  roomStatus({ room, decision, participants, joinUrl: 'http://x/demo', now });

describe('roomStatus', () => {
  test.each([
    [placed, 'Ready', 'True', 'True'],
    [waiting, 'Pending', 'True', 'False'],
    [rejected, 'Rejected', 'False', 'False'],
  ] as const)('derives phase and conditions from $state', (decision, phase, accepted, ready) => {
    const now = status(decision);
    expect(now.phase).toBe(phase);
    expect(now.conditions.map(one => one.status)).toEqual([accepted, ready]);
    expect(now.sfus).toEqual(decision.state === 'placed' ? [{ pod: 'sfu-1' }] : []);
  });

  test('is the same again later, so that nothing is written', () => {
    const room = makeRoom({}, { status: status(placed) });
    expect(status(placed, room, 0, at(99))).toEqual(room.status);
  });

  test('moves lastTransitionTime only when a status changes', () => {
    const room = makeRoom({}, { status: status(waiting) });
    const other = status({ ...waiting, reason: 'WaitingForSfu' }, room, 0, at(5));
    expect(other.conditions[1]).toMatchObject({
      reason: 'WaitingForSfu',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    });
    expect(status(placed, room, 0, at(5)).conditions[1]?.lastTransitionTime).toBe('2026-01-01T00:00:05Z');
  });

  test('knows since when nobody is in', () => {
    const room = makeRoom({}, { status: status(placed) });
    expect(room.status.idleSince).toBe(at(0).toISOString());
    expect(status(placed, room, 2, at(5)).idleSince).toBeUndefined();
  });

  test('a room that is being deleted is Ending', () => {
    const room = makeRoom({}, { status: status(placed) });
    const ending = endingStatus(room, at(1));
    expect(ending.phase).toBe('Ending');
    expect(ending.conditions.map(({ type, reason }) => [type, reason])).toEqual([
      ['Accepted', 'Valid'],
      ['Ready', 'Ending'],
    ]);
  });
});

describe('roomHappenings', () => {
  const reasons = (before: Decision | undefined, now: Decision, lost?: string) => {
    const room = makeRoom({}, before ? { status: status(before) } : {});
    return roomHappenings(room, status(now, room), lost).map(({ type, reason }) => `${type} ${reason}`);
  };

  test('tells what people care about, once', () => {
    expect(reasons(undefined, placed)).toEqual(['Normal Placed', 'Normal Ready']);
    expect(reasons(placed, placed)).toEqual([]);
    expect(reasons(undefined, rejected)).toEqual(['Warning InvalidSpec']);
    expect(reasons(rejected, placed)).toEqual(['Normal Accepted', 'Normal Placed', 'Normal Ready']);
    expect(reasons(placed, waiting, 'sfu-1')).toEqual(['Warning SfuLost', 'Warning PoolFull']);
    expect(reasons(placed, placed, 'sfu-1')).toEqual(['Warning SfuLost', 'Normal Placed']);
    expect(reasons(waiting, waiting)).toEqual([]);
  });
});

test('join links leave out the namespace of ordinary rooms', () => {
  const other = makeRoom();
  other.metadata.namespace = 'team';
  expect(joinUrl('https://meet.test/', 'default', makeRoom())).toBe('https://meet.test/demo');
  expect(joinUrl('https://meet.test', 'default', other)).toBe('https://meet.test/team/demo');
});
