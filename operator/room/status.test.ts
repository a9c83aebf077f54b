import type { CallQuality } from '@parley/protocol';
import { RoomSpec } from '@parley/resources';
import { describe, expect, test } from 'vitest';
import { makeRoom, makeSfu } from '../test/make.ts';
import type { Decision } from './decision.ts';
import type { Gate } from './gate.ts';
import { roomHappenings } from './happenings.ts';
import { endingStatus, joinUrl, type RoomStatusFacts, roomStatus } from './status.ts';

const spec = RoomSpec.parse({});
const placed = {
  state: 'placed',
  spec,
  sfu: makeSfu('sfu-1'),
  further: [],
  lacks: false,
  turnUrls: [],
  degradation: undefined,
} satisfies Decision;
const degraded = { ...placed, degradation: { reason: 'RelaysDown', message: 'Down.' } } satisfies Decision;
const waiting = { state: 'waiting', reason: 'PoolFull', message: 'Full.' } satisfies Decision;
const rejected: Decision = { state: 'rejected', reason: 'InvalidSpec', message: 'No.' };
const closed = (reason: 'NotOpenYet' | 'Closed' | 'Suspended', warm = false): Decision => ({
  state: 'closed',
  reason,
  warm,
  opensAt: reason === 'NotOpenYet' ? '2026-01-02T00:00:00Z' : undefined,
  message: `${reason}.`,
  sfu: warm ? makeSfu('sfu-1') : undefined,
});
const poorCalls = { people: 2, audioMos: 234, poor: { network: 2, relay: 0, device: 0, unknown: 0 } };
const open: Gate = { state: 'open', openedAt: undefined, closesAt: undefined };
const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds));
const status = (decision: Decision, room = makeRoom(), facts: Partial<RoomStatusFacts> = {}) =>
  roomStatus({
    room,
    decision,
    gate: open,
    participants: 0,
    quality: {},
    joinUrl: 'http://x/demo',
    now: at(0),
    ...facts,
  });

describe('roomStatus', () => {
  test.each<[string, Decision, string, string[]]>([
    [
      'placed',
      placed,
      'Ready',
      ['Accepted=True', 'Ready=True Placed', 'QualityMet=Unknown', 'Degraded=False'],
    ],
    [
      'degraded',
      degraded,
      'Ready',
      ['Accepted=True', 'Ready=True Placed', 'QualityMet=Unknown', 'Degraded=True'],
    ],
    ['waiting', waiting, 'Pending', ['Accepted=True', 'Ready=False PoolFull']],
    ['rejected', rejected, 'Rejected', ['Accepted=False', 'Ready=False Rejected']],
    ['scheduled', closed('NotOpenYet'), 'Scheduled', ['Accepted=True', 'Ready=False NotOpenYet']],
    ['warming', closed('NotOpenYet', true), 'Scheduled', ['Accepted=True', 'Ready=False Warming']],
    ['over', closed('Closed'), 'Closed', ['Accepted=True', 'Ready=False Closed']],
    ['suspended', closed('Suspended'), 'Suspended', ['Accepted=True', 'Ready=False Suspended']],
  ])('derives phase and conditions: %s', (_, decision, phase, conditions) => {
    const now = status(decision);
    expect(now.phase).toBe(phase);
    const shown = now.conditions.map(one => {
      const reason = one.type === 'Ready' ? ` ${one.reason}` : '';
      return `${one.type}=${one.status}${reason}`;
    });
    expect(shown).toEqual(conditions);
    expect(now.sfus).toEqual('sfu' in decision && decision.sfu ? [{ pod: 'sfu-1' }] : []);
  });

  test('is the same again later, so that nothing is written', () => {
    const room = makeRoom({}, { status: status(placed) });
    expect(status(placed, room, { now: at(99) })).toEqual(room.status);
  });

  test('moves lastTransitionTime only when a status changes', () => {
    const room = makeRoom({}, { status: status(waiting) });
    const other = status({ ...waiting, reason: 'WaitingForSfu' }, room, { now: at(5) });
    expect(other.conditions[1]).toMatchObject({
      reason: 'WaitingForSfu',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    });
    const now = status(placed, room, { now: at(5) });
    expect(now.conditions[1]?.lastTransitionTime).toBe('2026-01-01T00:00:05Z');
  });

  test('names all SFUs that serve the room, the main one first', () => {
    const now = status({ ...placed, further: [makeSfu('sfu-3', 3), makeSfu('sfu-2', 2)] });
    expect(now.sfus).toEqual([{ pod: 'sfu-1' }, { pod: 'sfu-3' }, { pod: 'sfu-2' }]);
    expect(now.conditions[1]?.message).toBe('People can join: SFUs sfu-1, sfu-3, sfu-2.');
  });

  test('says when the room opens and closes', () => {
    expect(status(closed('NotOpenYet'))).toMatchObject({ opensAt: '2026-01-02T00:00:00Z' });
    const gate: Gate = { ...open, closesAt: at(60).getTime() };
    expect(status(placed, makeRoom(), { gate })).toMatchObject({ closesAt: '2026-01-01T00:01:00Z' });
    expect(status(placed)).not.toHaveProperty('opensAt');
  });

  test.each([
    [93, 3, 95],
    [92, 3, 90],
    [0, 3, 0],
    [93, 0, undefined],
    [undefined, 3, undefined],
  ])('of quality %s with %i people shows %s', (score, participants, shown) => {
    const quality = score === undefined ? {} : { score };
    expect(status(placed, makeRoom(), { quality, participants }).quality).toBe(shown);
  });

  test('calls that miss the objective degrade the room, and what is missing goes first', () => {
    const facts = { quality: { calls: poorCalls }, participants: 2 };
    const now = status(placed, makeRoom(), facts);
    expect(now).toMatchObject({ audioMos: 230, poorParticipants: 2 });
    expect(now).not.toHaveProperty('videoScore');
    const of = (type: string, those = now) => those.conditions.find(one => one.type === type);
    expect(of('QualityMet')).toMatchObject({ status: 'False', reason: 'ClientNetwork' });
    expect(of('Degraded')).toMatchObject({ status: 'True', reason: 'ClientNetwork' });
    expect(of('Degraded', status(degraded, makeRoom(), facts))).toMatchObject({ reason: 'RelaysDown' });
  });

  test('what it said of its calls holds until that is known anew', () => {
    const quality = { score: 80, calls: poorCalls };
    const room = makeRoom({}, { status: status(placed, makeRoom(), { quality, participants: 2 }) });
    const unknown = { quality: undefined, participants: 2, now: at(9) };
    expect(status(placed, room, unknown)).toEqual(room.status);
    const empty = status(placed, room, { ...unknown, participants: 0 });
    expect(empty).not.toHaveProperty('audioMos');
    expect(empty.conditions.find(({ type }) => type === 'QualityMet')?.reason).toBe('NoCall');
  });

  test('a room that is being deleted is Ending', () => {
    const room = makeRoom(
      {},
      { status: status(placed, makeRoom(), { quality: { score: 80, calls: poorCalls }, participants: 1 }) },
    );
    const ending = endingStatus(room, at(1));
    expect(ending.phase).toBe('Ending');
    expect([ending.quality, ending.audioMos, ending.poorParticipants]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(ending.conditions.map(({ type, reason }) => [type, reason])).toEqual([
      ['Accepted', 'Valid'],
      ['Ready', 'Ending'],
    ]);
  });
});

describe('idleSince', () => {
  const since = at(0).toISOString();
  const idle = makeRoom({}, { status: status(placed) });

  test('is when the last person left', () => {
    expect(idle.status.idleSince).toBe(since);
    expect(status(placed, idle, { participants: 2 }).idleSince).toBeUndefined();
    expect(status(placed, makeRoom(), { now: at(7) }).idleSince).toBe(at(7).toISOString());
  });

  test.each<[string, Decision, string | undefined]>([
    ['that is not open yet is not idle', closed('NotOpenYet'), undefined],
    ['that is about to open is not idle', closed('NotOpenYet', true), undefined],
    ['that is suspended is not idle', closed('Suspended'), undefined],
    ['that is closed for good is', closed('Closed'), since],
    ['that waits for a place is', waiting, since],
  ])('a room %s', (_, decision, expected) => {
    expect(status(decision, idle, { now: at(5) }).idleSince).toBe(expected);
  });

  test('time in which the room was closed does not count, even if no operator was there to see it', () => {
    const gate: Gate = { ...open, openedAt: at(30).getTime() };
    expect(status(placed, idle, { gate, now: at(40) }).idleSince).toBe(at(30).toISOString());
  });
});

describe('roomHappenings', () => {
  const reasons = (before: Decision | undefined, now: Decision, lost?: string) => {
    const room = makeRoom({}, before ? { status: status(before) } : {});
    return roomHappenings(room, status(now, room), lost).map(({ type, reason }) => `${type} ${reason}`);
  };
  const elsewhere: Decision = { ...placed, sfu: makeSfu('sfu-2') };
  const spread: Decision = { ...placed, further: [makeSfu('sfu-2', 2)] };

  test.each<[string, Decision | undefined, Decision, string | undefined, string[]]>([
    ['a new room that is placed at once', undefined, placed, undefined, ['Normal Ready']],
    ['nothing', placed, placed, undefined, []],
    ['nothing while it waits', waiting, waiting, undefined, []],
    ['an impossible spec', undefined, rejected, undefined, ['Warning InvalidSpec']],
    ['one that is corrected', rejected, placed, undefined, ['Normal Accepted', 'Normal Ready']],
    ['a loss without space elsewhere', placed, waiting, 'sfu-1', ['Warning SfuLost', 'Warning PoolFull']],
    ['a loss', placed, placed, 'sfu-1', ['Warning SfuLost', 'Normal Placed']],
    ['a move', placed, elsewhere, undefined, ['Normal Placed']],
    ['an SFU more', placed, spread, undefined, ['Normal RoomGrown']],
    ['an SFU less', spread, placed, undefined, ['Normal RoomShrunk']],
    ['a loss of one of several', spread, placed, 'sfu-2', ['Warning SfuLost', 'Normal Placed']],
    ['the end of one on several', spread, closed('Closed'), undefined, ['Normal Closed']],
    ['a new room that opens later', undefined, closed('NotOpenYet'), undefined, ['Normal NotOpenYet']],
    [
      'its warm-up',
      closed('NotOpenYet'),
      closed('NotOpenYet', true),
      undefined,
      ['Normal Warming', 'Normal Placed'],
    ],
    ['its opening', closed('NotOpenYet', true), placed, undefined, ['Normal Opened', 'Normal Ready']],
    [
      'its opening without a place',
      closed('NotOpenYet', true),
      waiting,
      undefined,
      ['Normal Opened', 'Warning PoolFull'],
    ],
    ['its end until it opens again', placed, closed('NotOpenYet'), undefined, ['Normal Closed']],
    ['its end for good', placed, closed('Closed'), undefined, ['Normal Closed']],
    ['a suspension', placed, closed('Suspended'), undefined, ['Normal Suspended']],
    ['its end', closed('Suspended'), placed, undefined, ['Normal Resumed', 'Normal Ready']],
    [
      'its end before the room opens',
      closed('Suspended'),
      closed('NotOpenYet'),
      undefined,
      ['Normal Resumed', 'Normal NotOpenYet'],
    ],
    [
      'nothing while its relay starts',
      undefined,
      { ...degraded, degradation: { reason: 'RelayNotReady', message: 'Soon.' } },
      undefined,
      ['Normal Ready'],
    ],
    ['what goes missing', placed, degraded, undefined, ['Warning RelaysDown']],
    ['what is back', degraded, placed, undefined, ['Normal Recovered']],
    ['what is no longer of interest', degraded, closed('Closed'), undefined, ['Normal Closed']],
  ])('tells of %s', (_, before, now, lost, expected) => expect(reasons(before, now, lost)).toEqual(expected));

  const good = { ...poorCalls, audioMos: 420, poor: { ...poorCalls.poor, network: 0 } };
  const device = { ...poorCalls, poor: { ...poorCalls.poor, network: 0, device: 2 } };
  test.each<[string, CallQuality | undefined, CallQuality | undefined, string[]]>([
    ['that they are poor', good, poorCalls, ['Warning ClientNetwork']],
    ['nothing while they are as poor as before', poorCalls, { ...poorCalls, audioMos: 290, people: 3 }, []],
    ['another cause', poorCalls, device, ['Warning ClientDevice']],
    ['that they are good again', poorCalls, good, ['Normal Recovered']],
    ['nothing where nobody says that they are good again', poorCalls, undefined, []],
  ])('tells of calls %s', (_, before, now, expected) => {
    const facts = (calls: CallQuality | undefined) => ({ quality: calls ? { calls } : {}, participants: 3 });
    const room = makeRoom({}, { status: status(placed, makeRoom(), facts(before)) });
    const told = roomHappenings(room, status(placed, room, facts(now)), undefined);
    expect(told.map(({ type, reason }) => `${type} ${reason}`)).toEqual(expected);
  });
});

test('join links leave out the namespace of ordinary rooms', () => {
  const other = makeRoom();
  other.metadata.namespace = 'team';
  expect(joinUrl('https://meet.test/', 'default', makeRoom())).toBe('https://meet.test/demo');
  expect(joinUrl('https://meet.test', 'default', other)).toBe('https://meet.test/team/demo');
});
