import type { MediaPool } from '@parley/resources';
import { describe, expect, test } from 'vitest';
import { condition } from '../runtime/index.ts';
import { makeMember, makePool } from '../test/make.ts';
import { poolHappenings } from './happenings.ts';
import { judgePool } from './judge.ts';
import type { Member } from './member.ts';
import { endingStatus, type PoolSituation, poolStatus } from './status.ts';

const now = new Date('2026-01-01T00:00:00Z');
const spec = { minimum: 2, turn: { replicas: 1 } };
const relay = (more: Partial<Member> = {}) => makeMember('relay', { role: 'turn', ...more });
const sfu = (name: string, more: Partial<Member> = {}) => makeMember(name, more);
const all = [sfu('a'), sfu('b'), relay()];

function statusOf(members: Member[], more: Partial<PoolSituation> = {}, pool = makePool(spec)) {
  return poolStatus({
    pool,
    verdict: judgePool(pool.spec),
    pods: members.map(({ pod }) => pod),
    load: () => ({ rooms: 1, dedicated: 0, spread: 0 }),
    leavingRooms: 0,
    situation: { members, emptying: new Set(), problem: undefined, isRolloutStuck: false, ...more },
    now,
  });
}

const problem = { reason: 'PodRefused', message: 'exceeded quota' } as const;
const old = { outdated: true };

describe('conditions of a pool', () => {
  test.each<[string, Member[], Partial<PoolSituation>, string, string]>([
    ['all serve', all, {}, 'True PodsReady', 'True AllPodsUpdated'],
    ['one is missing', [sfu('a'), relay()], {}, 'False WaitingForPods', 'True AllPodsUpdated'],
    [
      'the relay is not ready',
      [sfu('a'), sfu('b'), relay({ serves: false })],
      {},
      'False WaitingForPods',
      'True AllPodsUpdated',
    ],
    ['pods are refused', all, { problem }, 'False PodRefused', 'True AllPodsUpdated'],
    [
      'new pods are refused',
      [sfu('a', old), sfu('b', old), relay()],
      { problem },
      'True PodsReady',
      'False PodRefused',
    ],
    ['one is new', [sfu('a'), sfu('b', old), relay()], {}, 'True PodsReady', 'False RollingOut'],
    ['the relay is old', [sfu('a'), sfu('b'), relay(old)], {}, 'True PodsReady', 'False RollingOut'],
    [
      'old ones drain',
      [...all, sfu('c', { going: true, ...old })],
      {},
      'True PodsReady',
      'True AllPodsUpdated',
    ],
    [
      'new ones do not serve',
      [sfu('a', old), sfu('b', old), relay(), sfu('c', { serves: false })],
      { isRolloutStuck: true },
      'True PodsReady',
      'False RolloutStuck',
    ],
    [
      'an old one is lost',
      [...all, sfu('c', { serves: false, node: 'silent', ...old })],
      {},
      'True PodsReady',
      'True AllPodsUpdated',
    ],
  ])('%s', (_, members, more, ready, upToDate) => {
    const { conditions } = statusOf(members, more);
    const word = (type: string) => {
      const one = condition(conditions, type);
      return `${one?.status} ${one?.reason}`;
    };
    expect([word('Ready'), word('UpToDate')]).toEqual([ready, upToDate]);
  });

  test('count what is new, and tell autoscalers where the pods are', () => {
    const status = statusOf([sfu('a'), sfu('b', old), relay(old)]);
    expect(status).toMatchObject({
      pods: 2,
      updatedPods: 1,
      selector: 'parley.dev/pool=default,app.kubernetes.io/component=sfu',
    });
    expect(condition(status.conditions, 'UpToDate')?.message).toBe(
      '1 of 2 SFU pods and 0 of 1 relays are made as the pool says now.',
    );
  });

  test('count what takes rooms, and the space there', () => {
    const busy = sfu('c', { load: { rooms: 1, dedicated: 0, spread: 0 }, people: 1 });
    const members = [...all, busy, sfu('d', { serves: false }), sfu('e', { going: true })];
    expect(statusOf(members)).toMatchObject({ readyPods: 3, freeRooms: 3 * 49 });
    expect(statusOf(members, { emptying: new Set(['c']) })).toMatchObject({
      readyPods: 2,
      freeRooms: 2 * 49,
    });
  });

  test('name the node that does not answer', () => {
    const lost = sfu('b', { serves: false, node: 'silent' });
    lost.pod.spec.nodeName = 'n1';
    expect(condition(statusOf([sfu('a'), lost, relay()]).conditions, 'Ready')?.message).toContain(
      'Node n1 of pod b does not answer.',
    );
  });

  test('of a pool that is being deleted say what it waits for', () => {
    const pool = makePool(spec, { status: statusOf(all) });
    const pods = all.map(({ pod }) => pod);
    const load = () => ({ rooms: 0, dedicated: 0, spread: 0 });
    const { conditions } = endingStatus({ pool, pods, load, leavingRooms: 0, now });
    expect(conditions.map(({ type, status }) => `${type} ${status}`).sort()).toEqual([
      'Accepted True',
      'Ready False',
      'UpToDate True',
    ]);
    expect(condition(conditions, 'Ready')?.message).toContain('(3 left)');
  });
});

test('events tell of a roll-out once: that it starts, stops and ends', () => {
  const steps: [Member[], Partial<PoolSituation>][] = [
    [all, {}],
    [[sfu('a', old), sfu('b', old), relay()], {}],
    [[sfu('a'), sfu('b', old), relay()], {}],
    [[sfu('a'), sfu('b', old), relay(), sfu('c', { serves: false })], { isRolloutStuck: true }],
    [[sfu('a'), sfu('b', old), relay()], {}],
    [all, {}],
  ];
  let pool: MediaPool = makePool(spec);
  const told = steps.map(([members, more]) => {
    const status = statusOf(members, more, pool);
    const reasons = poolHappenings(pool, status.conditions).map(({ type, reason }) => `${type} ${reason}`);
    pool = { ...pool, status };
    return reasons;
  });
  expect(told).toEqual([
    ['Normal PodsReady'],
    ['Normal RolloutStarted'],
    [],
    ['Warning RolloutStuck'],
    [],
    ['Normal RolloutFinished'],
  ]);
});
