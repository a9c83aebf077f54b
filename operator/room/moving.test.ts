import { describe, expect, test } from 'vitest';
import { makeRoom, makeSfu, makeView } from '../test/make.ts';
import type { Decision } from './decision.ts';
import { followMove } from './moving.ts';

const [old, other] = [makeSfu('a', 1, { leaving: 'PodDeleted' }), makeSfu('b', 2)];
const view = makeView([old, other]);
const since = '2026-01-01T00:00:00.000Z';
const now = new Date('2026-01-01T00:00:02.500Z');
const spec = {} as Extract<Decision, { state: 'placed' }>['spec'];
const on = (sfu: typeof old, ...further: (typeof old)[]): Decision => ({
  state: 'placed',
  spec,
  sfu,
  further,
  lacks: false,
  turnUrls: [],
  degradation: undefined,
});
const room = (pod: string | undefined, moving?: { from: string; since: string }) =>
  makeRoom(
    {},
    {
      status: {
        sfus: pod === undefined ? [] : [{ pod }],
        ...(moving ? { movingFrom: moving.from, movingSince: moving.since } : {}),
      },
    },
  );
const facts = { view, participants: 2, arrived: false, isCutOff: () => false, givenBy: undefined, now };
const begun = { from: 'a', since };

test('a room with people that is placed elsewhere while its SFU lives begins to move', () => {
  expect(followMove({ ...facts, room: room('a'), decision: on(other) })).toEqual({
    moving: { from: 'a', since: now.toISOString() },
    news: { state: 'begun', from: 'a', to: 'b', reason: 'PodDeleted', isPart: false },
  });
});

test('of one that is given away because its SFU is too full it says so, unless that SFU goes', () => {
  const given = { ...facts, room: room('a'), decision: on(other), givenBy: 'a' };
  const staying = makeView([makeSfu('a', 1), other]);
  expect(followMove({ ...given, view: staying }).news).toMatchObject({ reason: 'Rebalanced', isPart: false });
  expect(followMove(given).news).toMatchObject({ reason: 'PodDeleted' });
  expect(followMove({ ...given, view: staying, givenBy: 'c' }).news).toMatchObject({ reason: 'Other' });
});

test.each([
  ['stays', { room: room('a'), decision: on(old) }],
  ['is placed for the first time', { room: room(undefined), decision: on(old) }],
  ['has nobody in it', { room: room('a'), decision: on(other), participants: 0 }],
  ['lost its SFU', { room: room('gone'), decision: on(other) }],
])('a room that %s does not move', (_, more) =>
  expect(followMove({ ...facts, ...more })).toEqual({ moving: undefined }),
);

test('it moves until all media has arrived, or nobody is there any more', () => {
  const moving = { ...facts, room: room('b', begun), decision: on(other) };
  expect(followMove(moving)).toEqual({ moving: begun });
  const done = { moving: undefined, news: { state: 'done', from: 'a', to: 'b', seconds: 2.5 } };
  expect(followMove({ ...moving, arrived: true })).toEqual(done);
  expect(followMove({ ...moving, participants: 0 })).toEqual(done);
});

test('where its new SFU dies on the way, it goes on moving from where it was', () => {
  const waiting: Decision = { state: 'waiting', reason: 'WaitingForSfu', message: '' };
  const alone = { ...facts, view: makeView([old]), room: room('b', begun) };
  expect(followMove({ ...alone, decision: waiting })).toEqual({ moving: begun });
  const third = makeSfu('c', 3);
  expect(followMove({ ...alone, decision: on(third) })).toEqual({ moving: begun });
});

test('a room that is closed moves no more', () => {
  const closed: Decision = { state: 'rejected', reason: 'InvalidSpec', message: '' };
  expect(followMove({ ...facts, room: room('b', begun), decision: closed })).toEqual({ moving: undefined });
});

describe('of a room on several SFUs', () => {
  const third = makeSfu('c', 3);
  const all = { ...facts, view: makeView([old, other, third]) };
  const spread = makeRoom({}, { status: { sfus: [{ pod: 'a' }, { pod: 'b' }] } });
  const staying = makeSfu('a');

  test('a part moves where a further SFU is replaced or left', () => {
    const begun = (from: string, to: string, reason: string) => ({
      moving: { from, since: now.toISOString() },
      news: { state: 'begun', from, to, reason, isPart: true },
    });
    const look = (decision: Decision, more = {}) => followMove({ ...all, room: spread, decision, ...more });
    expect(look(on(staying, third))).toEqual(begun('b', 'c', 'Other'));
    expect(look(on(staying, third), { isCutOff: () => true })).toEqual(begun('b', 'c', 'CutOff'));
    expect(look(on(staying))).toEqual(begun('b', 'a', 'Fits'));
    expect(look(on(other))).toEqual(begun('a', 'b', 'PodDeleted'));
  });

  test('one that grows, or leaves an SFU that nobody was on, or that died, does not move', () => {
    const still = { moving: undefined };
    expect(followMove({ ...all, room: spread, decision: on(staying, other, third) })).toEqual(still);
    expect(followMove({ ...all, room: spread, decision: on(staying), arrived: true })).toEqual(still);
    const view = makeView([old, third]);
    expect(followMove({ ...all, view, room: spread, decision: on(staying, third) })).toEqual(still);
    expect(followMove({ ...all, room: spread, decision: on(other, staying) })).toEqual(still);
  });
});
