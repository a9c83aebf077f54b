import { MediaPoolSpec } from '@parley/resources';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makePod } from '../test/make.ts';
import { planScale, wishedSfus } from './scale.ts';

const spec = (more: object = {}) => MediaPoolSpec.parse({ capacity: { roomsPerPod: 10 }, ...more });
const rooms = (shared: number, dedicated = 0, dedicatedWaiting = 0) => ({
  shared,
  dedicated,
  dedicatedWaiting,
});
const load = (roomsOn: (pod: string) => number) => (pod: string) => ({ rooms: roomsOn(pod), dedicated: 0 });
const facts = {
  spec: spec(),
  poolUid: 'pool',
  template: 'new',
  pods: [],
  demand: rooms(0),
  load: load(() => 0),
};
const names = (pods: { metadata: { name: string } }[]) => pods.map(pod => pod.metadata.name);

describe('wishedSfus', () => {
  test('has space for all rooms and the free ones', () => {
    expect(wishedSfus(spec({ maximum: 9 }), rooms(0))).toBe(1);
    expect(wishedSfus(spec({ maximum: 9 }), rooms(9))).toBe(1);
    expect(wishedSfus(spec({ maximum: 9 }), rooms(10))).toBe(2);
    expect(wishedSfus(spec({ maximum: 9, freeRooms: 25 }), rooms(0))).toBe(3);
    expect(wishedSfus(spec({ minimum: 0, freeRooms: 0 }), rooms(0))).toBe(0);
    expect(wishedSfus(spec({ maximum: 9 }), rooms(9, 3))).toBe(4);
    expect(wishedSfus(spec({ maximum: 9 }), rooms(10, 3))).toBe(5);
  });

  test('stays within the limits and never falls as rooms are added', () => {
    const room = fc.nat({ max: 500 });
    fc.assert(
      fc.property(room, room, fc.nat({ max: 10 }), fc.integer({ min: 1, max: 20 }), (a, b, minimum, more) => {
        const limits = spec({ minimum, maximum: minimum + more });
        const [few, many] = [Math.min(a, b), Math.max(a, b)].map(demand => wishedSfus(limits, rooms(demand)));
        expect(few).toBeGreaterThanOrEqual(minimum);
        expect(many).toBeLessThanOrEqual(minimum + more);
        expect(few).toBeLessThanOrEqual(many ?? 0);
      }),
    );
  });
});

describe('planScale', () => {
  test('makes what is missing', () => {
    const plan = planScale({ ...facts, spec: spec({ minimum: 2, turn: { replicas: 2 } }) });
    expect(plan).toMatchObject({ addSfus: 2, addRelays: 2, remove: [], surplus: [] });
  });

  test('replaces pods that have ended and those of an earlier pool of this name', () => {
    const pods = [makePod('evicted', { phase: 'Failed' }), makePod('stranger', { owner: 'other' })];
    const plan = planScale({ ...facts, pods });
    expect(names(plan.remove)).toEqual(['evicted', 'stranger']);
    expect(plan.addSfus).toBe(1);
  });

  test('replaces pods that cannot run once the pool has changed, and no others', () => {
    const waiting = { reason: 'ErrImagePull' };
    const pods = [
      makePod('stuck', { ready: false, waiting, template: 'old' }),
      makePod('stuck-anew', { ready: false, waiting, template: 'new' }),
      makePod('running', { template: 'old' }),
      makePod('starting', { ready: false, waiting: { reason: 'ContainerCreating' }, template: 'old' }),
      makePod('stuck-relay', { role: 'turn', ready: false, waiting, template: 'old' }),
    ];
    const plan = planScale({ ...facts, spec: spec({ minimum: 4 }), pods });
    expect(names(plan.remove)).toEqual(['stuck', 'stuck-relay']);
    expect(plan).toMatchObject({ addSfus: 1, addRelays: 1 });
  });

  test('lets only empty pods go: those that are not ready, then the youngest', () => {
    const pods = [
      makePod('old', { created: '2026-01-01T00:00:00Z' }),
      makePod('young', { created: '2026-01-03T00:00:00Z' }),
      makePod('busy', { created: '2026-01-04T00:00:00Z' }),
      makePod('broken', { created: '2026-01-02T00:00:00Z', ready: false }),
    ];
    const roomsOn = (pod: string) => (pod === 'busy' ? 1 : 0);
    const plan = planScale({ ...facts, pods, demand: rooms(1), load: load(roomsOn) });
    expect(names(plan.surplus)).toEqual(['broken', 'young', 'old']);
    expect(names(planScale({ ...facts, pods, demand: rooms(25), load: load(roomsOn) }).surplus)).toEqual([
      'broken',
    ]);
  });

  test('never lets a pod with rooms go, nor more than it should', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 10 }), { maxLength: 12 }), counts => {
        const pods = counts.map((_, index) => makePod(`sfu-${index}`));
        const roomsOn = (pod: string) => counts[Number(pod.slice(4))] ?? 0;
        const demand = counts.reduce((sum, count) => sum + count, 0);
        const { surplus, addSfus } = planScale({
          ...facts,
          pods,
          demand: rooms(demand),
          load: load(roomsOn),
        });
        expect(surplus.every(pod => roomsOn(pod.metadata.name) === 0)).toBe(true);
        expect(pods.length + addSfus - surplus.length).toBeGreaterThanOrEqual(
          wishedSfus(facts.spec, rooms(demand)),
        );
      }),
    );
  });

  test('removes relays that are too many', () => {
    const pods = [
      makePod('sfu'),
      makePod('a', { role: 'turn' }),
      makePod('b', { role: 'turn', ready: false }),
    ];
    expect(names(planScale({ ...facts, pods }).remove)).toEqual(['b']);
  });
});
