import { MediaPoolSpec } from '@parley/resources';
import { describe, expect, test } from 'vitest';
import { makeMember } from '../test/make.ts';
import type { Member } from './member.ts';
import { planScale, type ScalePlan, wishedSfus } from './scale.ts';

const spec = (more: object = {}) =>
  MediaPoolSpec.parse({ capacity: { roomsPerPod: 10 }, turn: { replicas: 0 }, ...more });
const rooms = (shared: number, dedicated = 0, dedicatedWaiting = 0, growing = 0) => ({
  shared,
  dedicated,
  dedicatedWaiting,
  growing,
  crowded: growing,
  spread: 0,
});
const stuckMs = 300_000;
const facts = { spec: spec(), demand: rooms(0), emptying: new Set<string>(), stuckMs };
const names = (members: Member[]) => members.map(({ pod }) => pod.metadata.name);
const going = (plan: ScalePlan) => names(plan.retire.map(({ member }) => member));
const on = (count: number, dedicated = 0, spread = 0) => ({ load: { rooms: count, dedicated, spread } });
const sfus = (count: number, more: Partial<Member> = {}, name = 'sfu') =>
  Array.from({ length: count }, (_, index) => makeMember(`${name}-${index}`, more));

describe('wishedSfus', () => {
  test.each([
    [{ maximum: 9 }, rooms(0), 1],
    [{ maximum: 9 }, rooms(9), 1],
    [{ maximum: 9 }, rooms(10), 2],
    [{ maximum: 9, freeRooms: 25 }, rooms(0), 3],
    [{ minimum: 0, freeRooms: 0 }, rooms(0), 0],
    [{ minimum: 0, freeRooms: 0 }, rooms(0, 1), 1],
    [{ maximum: 9 }, rooms(9, 3), 4],
    [{ maximum: 9 }, rooms(10, 3), 5],
    [{ maximum: 4 }, rooms(10, 3), 4],
  ])('%j with %j: %i', (more, demand, wished) => {
    expect(wishedSfus(spec(more), demand)).toBe(wished);
  });
});

describe('planScale', () => {
  test('makes what is missing', () => {
    const plan = planScale({ ...facts, members: [], spec: spec({ minimum: 2, turn: { replicas: 2 } }) });
    expect(plan).toEqual({
      addSfus: 2,
      addRelays: 2,
      force: [],
      retire: [],
      surplus: [],
      emptying: [],
      stale: [],
    });
  });

  test('makes a pod for a dedicated room that waits, though there are enough for the shared ones', () => {
    const members = sfus(3, on(1));
    const plan = (demand: ReturnType<typeof rooms>, more: Member[] = []) =>
      planScale({ ...facts, demand, members: [...members, ...more] });
    expect(plan(rooms(3, 1, 1))).toMatchObject({ addSfus: 1, surplus: [] });
    expect(plan(rooms(3, 1, 1), sfus(1, {}, 'empty')).addSfus).toBe(0);
    expect(plan(rooms(3, 3, 3), sfus(1, on(1), 'busy')).addSfus).toBe(0);
  });

  test('makes one empty pod for the rooms that outgrow theirs, and keeps it until they are there', () => {
    const members = sfus(2, on(1));
    const plan = (more: Member[], growing: number) =>
      planScale({ ...facts, demand: rooms(2 + growing, 0, 0, growing), members: [...members, ...more] });
    expect(plan([], 1).addSfus).toBe(1);
    expect(plan([], 7).addSfus).toBe(1);
    expect(plan(sfus(1, { serves: false }, 'starting'), 2)).toMatchObject({ addSfus: 0, surplus: [] });
    const there = sfus(1, on(1, 0, 1), 'there');
    expect(names(plan(there, 0).surplus)).toEqual(['sfu-1', 'sfu-0']);
    const limited = { ...facts, spec: spec({ maximum: 2 }), demand: rooms(3, 0, 0, 1), members };
    expect(planScale(limited)).toMatchObject({ addSfus: 0, surplus: [] });
  });

  test.each<[string, Partial<Member>, object, boolean]>([
    ['has ended', {}, { phase: 'Failed' }, true],
    ['is of an earlier pool of this name', { own: false }, {}, true],
    ['has not started for too long', { serves: false, idleMs: stuckMs }, {}, true],
    ['is still starting', { serves: false, idleMs: stuckMs - 1 }, {}, false],
    ['waits for a place in the cluster', { serves: false, idleMs: stuckMs, node: 'none' }, {}, false],
    [
      'is ready, but was not heard of for too long',
      { serves: false, idleMs: stuckMs },
      { ready: true },
      false,
    ],
    ['is on a silent node and has people', { serves: false, alive: true, node: 'silent' }, {}, false],
  ])('a pod that %s: goes at once and is replaced?', (_, more, sketch, goes) => {
    const plan = planScale({ ...facts, members: [makeMember('it', more, sketch)] });
    expect(going(plan)).toEqual(goes ? ['it'] : []);
    if (goes) expect(plan.addSfus).toBe(1);
  });

  test('a pod whose node does not answer is replaced, stays, and counts again when it is back', () => {
    const silent = makeMember('silent', { serves: false, node: 'silent' });
    expect(planScale({ ...facts, members: [silent] })).toMatchObject({ addSfus: 1, retire: [], force: [] });
    const both = [makeMember('new'), makeMember('back', { people: 2 })];
    expect(names(planScale({ ...facts, demand: rooms(1), members: both }).surplus)).toEqual(['new']);
  });

  test('pods whose node is gone are removed by force, also those that were going', () => {
    const members = [
      makeMember('a', { node: 'gone', people: 3 }),
      makeMember('b', { node: 'gone', going: true }),
    ];
    const plan = planScale({ ...facts, members });
    expect(names(plan.force)).toEqual(['a', 'b']);
    expect(plan.addSfus).toBe(1);
  });

  test('leaves the relay of a dedicated room alone', () => {
    const relay = makeMember('relay', { role: 'turn', serves: false, idleMs: stuckMs });
    relay.pod.metadata.labels['parley.dev/room'] = 'uid';
    expect(going(planScale({ ...facts, members: [relay, ...sfus(1)] }))).toEqual([]);
  });

  describe('scale-in', () => {
    const created = (date: string) => ({ created: `2026-01-${date}T00:00:00Z` });

    test('takes those without life first, then the outdated, then those with the fewest rooms, then the young', () => {
      const members = [
        makeMember('full', on(9)),
        makeMember('old', on(1), created('01')),
        makeMember('young', on(1), created('02')),
        makeMember('dead', { serves: false }),
        makeMember('fuller', on(10)),
      ];
      const plan = planScale({ ...facts, members, demand: rooms(9) });
      expect(names(plan.surplus)).toEqual(['dead', 'young', 'old', 'full']);
    });

    test('lets nobody be interrupted: a pod with people takes no more rooms and goes later', () => {
      const members = [
        makeMember('crowd', { people: 9 }),
        makeMember('few', { people: 1 }),
        makeMember('none', on(3)),
      ];
      const plan = planScale({ ...facts, members, demand: rooms(5) });
      expect(names(plan.surplus)).toEqual(['none']);
      expect(names(plan.emptying)).toEqual(['few']);
      const later = [makeMember('crowd', { people: 9 }), makeMember('few', { people: 12 })];
      const same = planScale({ ...facts, members: later, demand: rooms(2), emptying: new Set(['few']) });
      expect(names(same.emptying)).toEqual(['few']);
    });

    test('never takes the pod of a dedicated room', () => {
      const members = [makeMember('own', on(1, 1)), ...sfus(2, on(2))];
      const plan = planScale({ ...facts, members, demand: rooms(4, 1) });
      expect(names(plan.surplus)).toHaveLength(1);
      expect(names(plan.surplus)).not.toContain('own');
    });

    test('takes relays that are too many at once', () => {
      const members = [
        ...sfus(1),
        makeMember('a', { role: 'turn' }),
        makeMember('b', { role: 'turn', serves: false }),
      ];
      expect(going(planScale({ ...facts, spec: spec({ turn: { replicas: 1 } }), members }))).toEqual(['b']);
    });
  });

  describe('roll-out', () => {
    const three = { ...facts, spec: spec({ minimum: 3, maximum: 3 }) };
    const old = (count: number, more: Partial<Member> = {}) =>
      sfus(count, { outdated: true, ...more }, 'old');
    const leaving = makeMember('leaving', { going: true });

    test.each<[string, Member[], number, string[]]>([
      ['makes a new pod first, also above the maximum', old(3), 1, []],
      ['waits until it serves', [...old(3), makeMember('new', { serves: false })], 0, []],
      ['then lets an old one go', [...old(3), makeMember('new')], 0, ['old-2']],
      ['waits until that is gone', [...old(2), makeMember('new'), leaving], 0, []],
      ['and goes on', [...old(2), makeMember('new')], 1, []],
      ['ends when all are new', sfus(3), 0, []],
      [
        'replaces old pods that do not live at once',
        [...old(2), makeMember('dead', { outdated: true, serves: false })],
        1,
        ['dead'],
      ],
      ['and what is missing is made new', old(2), 2, []],
    ])('%s', (_, members, add, retire) => {
      const plan = planScale({ ...three, members });
      expect([plan.addSfus, going(plan), plan.surplus]).toEqual([add, retire, []]);
    });

    test('takes the emptiest first', () => {
      const members = [
        makeMember('crowd', { outdated: true, people: 5 }),
        makeMember('few', { outdated: true, people: 2 }),
        makeMember('many', { outdated: true, people: 3 }),
        makeMember('new'),
      ];
      expect(going(planScale({ ...three, members }))).toEqual(['few']);
    });

    test('exchanges as many at a time as it may', () => {
      const two = { ...facts, spec: spec({ minimum: 3, maximum: 3, rollout: { maxSurge: 2 } }) };
      expect(planScale({ ...two, members: old(3) }).addSfus).toBe(2);
      expect(going(planScale({ ...two, members: [...old(3), ...sfus(2)] }))).toHaveLength(2);
    });

    test('waits for pods that drain, but not for one that should long have ended', () => {
      const plan = (overdue: boolean) =>
        planScale({
          ...facts,
          members: [...old(1), ...sfus(1), ...sfus(1, { going: true, overdue }, 'going')],
        });
      expect(going(plan(false))).toEqual([]);
      expect(going(plan(true))).toEqual(['old-0']);
    });

    test('exchanges relays in the same way', () => {
      const relays = { ...facts, spec: spec({ turn: { replicas: 1 } }) };
      const relay = makeMember('relay', { role: 'turn', outdated: true });
      expect(planScale({ ...relays, members: [...sfus(1), relay] }).addRelays).toBe(1);
      const both = [...sfus(1), relay, makeMember('new', { role: 'turn' })];
      expect(going(planScale({ ...relays, members: both }))).toEqual(['relay']);
      // The new one waits for the port of the old one.
      const waiting = makeMember('new', { role: 'turn', serves: false, node: 'none', idleMs: stuckMs });
      expect(going(planScale({ ...relays, members: [...sfus(1), relay, waiting] }))).toEqual(['relay']);
    });

    test('exchanges a pod that is ready but was not heard of for too long, if new ones are', () => {
      const mute = makeMember('mute', { serves: false, idleMs: stuckMs }, { ready: true });
      const plan = (serves: boolean) =>
        planScale({ ...three, members: [...sfus(2, { serves }), mute, makeMember('new', { serves })] });
      expect(going(plan(true))).toEqual(['mute']);
      expect(going(plan(false))).toEqual([]);
    });

    test('leaves the old SFUs where the cluster has no place for new ones', () => {
      const waiting = makeMember('new', { serves: false, node: 'none', idleMs: stuckMs });
      expect(planScale({ ...three, members: [...old(3), waiting] })).toMatchObject({
        addSfus: 0,
        retire: [],
      });
    });
  });

  describe('a cordoned node', () => {
    const cordoned = makeMember('it', { node: 'cordoned', people: 1 });
    const one = { ...facts, spec: spec({ maximum: 1 }), demand: rooms(1) };

    test('loses its pods once others serve in their place', () => {
      const first = planScale({ ...one, members: [cordoned] });
      expect([first.addSfus, going(first), names(first.stale)]).toEqual([1, [], ['it']]);
      const then = planScale({ ...one, members: [cordoned, makeMember('new')] });
      expect(going(then)).toEqual(['it']);
      expect(then.retire[0]?.why).toContain('is cordoned');
    });

    test('loses them anyway where the cluster has no other place for too long', () => {
      const waiting = (idleMs: number) => makeMember('new', { serves: false, node: 'none', idleMs });
      expect(going(planScale({ ...one, members: [cordoned, waiting(stuckMs - 1)] }))).toEqual([]);
      expect(going(planScale({ ...one, members: [cordoned, waiting(stuckMs)] }))).toEqual(['it']);
    });
  });
});
