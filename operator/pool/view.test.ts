import { describe, expect, test } from 'vitest';
import type { Pod } from '../kinds.ts';
import { condition } from '../runtime/index.ts';
import { makePod, makePool } from '../test/make.ts';
import { judgePool } from './judge.ts';
import { poolStatus } from './status.ts';
import { viewPool } from './view.ts';

describe('viewPool', () => {
  const registration = (pod: string) => ({
    pod,
    instance: '11111111-1111-4111-8111-111111111111' as never,
    controlUrl: 'http://10.0.0.1:8080',
    addresses: ['10.0.0.1'],
    state: pod === 'draining' ? ('draining' as const) : ('serving' as const),
    workers: 2,
    load: { rooms: 0, transports: 0, producers: 0, consumers: 0, workerCpu: 0 },
  });
  const facts = {
    pool: makePool(),
    registration,
    chosen: (pod: string) => (pod === 'leaving' ? ('ScaleIn' as const) : undefined),
    isStale: () => false,
    zoneOf: (pod: Pod) => pod.spec.nodeName && `zone-of-${pod.spec.nodeName}`,
  };

  test('gives new rooms only to SFUs that are ready, serving and staying', () => {
    const pods = [
      makePod('good'),
      makePod('draining'),
      makePod('leaving'),
      makePod('unready', { ready: false }),
      makePod('going', { terminating: true }),
      makePod('failed', { phase: 'Failed' }),
    ];
    const view = viewPool({ ...facts, pods });
    expect(view.sfus.map(sfu => sfu.pod)).toEqual(['draining', 'going', 'good', 'leaving', 'unready']);
    expect(view.sfus.filter(sfu => sfu.takesRooms).map(sfu => sfu.pod)).toEqual(['good']);
    const reasons = { draining: 'SfuStopping', going: 'PodDeleted', leaving: 'ScaleIn' };
    const given = view.sfus.flatMap(({ pod, leaving }) => (leaving ? [[pod, leaving]] : []));
    expect(Object.fromEntries(given)).toEqual(reasons);
    expect(view.sfus.find(({ pod }) => pod === 'going')?.graceEndsAt).toBe(Date.UTC(2026, 0, 1));
  });

  test('says in which zone an SFU is, once its pod has a node', () => {
    const { sfus } = viewPool({ ...facts, pods: [makePod('a', { node: 'one' }), makePod('b')] });
    expect(sfus.map(({ zone }) => zone)).toEqual(['zone-of-one', undefined]);
  });

  test('knows of SFU pods that cannot run', () => {
    const creating = makePod('a', { ready: false, waiting: { reason: 'ContainerCreating' } });
    expect(viewPool({ ...facts, pods: [creating] }).struggling).toBe(false);
    const failing = makePod('b', {
      ready: false,
      waiting: { reason: 'ErrImagePull', message: 'No such image.' },
    });
    expect(viewPool({ ...facts, pods: [creating, failing] }).struggling).toBe(true);
  });

  test('says in the status of the pool why a pod cannot run', () => {
    const waiting = { reason: 'ErrImagePull', message: 'No such image.' };
    const pods = [makePod('a', { ready: false, waiting })];
    const pool = makePool({ turn: { replicas: 0 } });
    const status = poolStatus({
      pool,
      verdict: judgePool(pool.spec),
      pods,
      load: () => ({ rooms: 0, dedicated: 0, spread: 0 }),
      leavingRooms: 0,
      situation: { members: [], emptying: new Set(), problem: undefined, isRolloutStuck: false },
      now: new Date(0),
    });
    expect(condition(status.conditions, 'Ready')).toMatchObject({
      reason: 'WaitingForPods',
      message:
        '0 of at least 1 SFU pods and 0 of 0 relays are ready. Pod a cannot run: ErrImagePull: No such image.',
    });
  });

  test('of a refused pool keeps its SFUs but gives them no new rooms', () => {
    const view = viewPool({ ...facts, pool: makePool({ minimum: 5, maximum: 1 }), pods: [makePod('good')] });
    expect(view.refusal).toContain('minimum must not be greater than maximum');
    expect(view.sfus).toMatchObject([{ pod: 'good', takesRooms: false }]);
  });
});
