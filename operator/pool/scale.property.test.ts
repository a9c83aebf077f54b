/** Random pools: whatever state they are in, they come to what is wished, and never have more than they may. */
import { MediaPoolSpec } from '@parley/resources';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeMember } from '../test/make.ts';
import type { Member, NodeState } from './member.ts';
import { planScale, type ScalePlan, wishedSfus } from './scale.ts';

const spec = (more: object) =>
  MediaPoolSpec.parse({ capacity: { roomsPerPod: 10 }, turn: { replicas: 0 }, ...more });
const rooms = (shared: number) => ({
  shared,
  dedicated: 0,
  dedicatedWaiting: 0,
  growing: 0,
  crowded: 0,
  spread: 0,
});
const stuckMs = 300_000;
const facts = { emptying: new Set<string>(), stuckMs };

test('what is wished stays within the limits and never falls as rooms are added', () => {
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

describe('whatever the state of a pool', () => {
  const nodes: NodeState[] = ['none', 'gone', 'silent', 'cordoned', 'ready', 'ready', 'ready'];
  const member = fc
    .record({
      role: fc.constantFrom('sfu' as const, 'sfu' as const, 'turn' as const),
      own: fc.integer({ max: 9, min: 0 }).map(n => n > 0),
      going: fc.integer({ max: 4, min: 0 }).map(n => n === 0),
      node: fc.constantFrom(...nodes),
      outdated: fc.boolean(),
      serves: fc.boolean(),
      idleMs: fc.constantFrom(0, stuckMs - 60_000, stuckMs),
      people: fc.nat({ max: 3 }),
      rooms: fc.nat({ max: 10 }),
    })
    .map(({ rooms: count, people, serves, ...one }) => ({
      ...one,
      serves: serves && one.node !== 'none' && one.node !== 'gone' && one.node !== 'silent',
      people: serves ? people : 0,
      idleMs: serves ? 0 : one.idleMs,
      load: { rooms: count + people, dedicated: 0, spread: 0 },
    }));
  const members = fc
    .array(member, { maxLength: 14 })
    .map(list => list.map((one, index) => makeMember(`pod-${index}`, one, { role: one.role })));
  const limits = fc
    .record({
      minimum: fc.nat({ max: 6 }),
      more: fc.integer({ min: 1, max: 4 }),
      maxSurge: fc.integer({ min: 1, max: 3 }),
      replicas: fc.nat({ max: 3 }),
    })
    .map(({ minimum, more, maxSurge, replicas }) =>
      spec({ minimum, maximum: minimum + more, rollout: { maxSurge }, turn: { replicas } }),
    );
  const demandOf = (list: Member[]) =>
    rooms(list.filter(({ role }) => role === 'sfu').reduce((sum, { load }) => sum + load.rooms, 0));
  const ofRole = (list: Member[], role: string) => list.filter(one => one.role === role);

  test('makes no more than it may, takes no more than it can spare, and never a pod with people for nothing', () => {
    fc.assert(
      fc.property(members, limits, (list, limit) => {
        const demand = demandOf(list);
        const plan = planScale({ ...facts, spec: limit, members: list, demand });
        const taken = new Set([...plan.retire.map(one => one.member), ...plan.surplus, ...plan.force]);
        const present = ofRole(list, 'sfu').filter(one => one.node !== 'gone' && one.node !== 'silent');
        if (plan.addSfus > 0) {
          const counted = present.filter(one => !one.going && !taken.has(one)).length;
          const wished = wishedSfus(limit, demand);
          expect(counted + plan.addSfus).toBeLessThanOrEqual(wished + limit.rollout.maxSurge);
        }
        const serving = (one: Member) => one.serves && one.role === 'sfu' && one.own && !one.going;
        const left = list.filter(one => serving(one) && !taken.has(one)).length;
        const was = list.filter(serving).length;
        expect(left).toBeGreaterThanOrEqual(
          Math.min(was, wishedSfus(limit, demand)) -
            (was > left && plan.retire.length > 0 ? goneAnyway(plan) : 0),
        );
        expect(plan.surplus.every(({ people }) => people === 0)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  /** Pods of a cordoned node may go although nothing takes their place. */
  const goneAnyway = ({ retire }: ScalePlan) =>
    retire.filter(({ member: { node, role } }) => node === 'cordoned' && role === 'sfu').length;

  test('comes to what is wished, step by step, without ever having more than it may', () => {
    fc.assert(
      fc.property(members, limits, (list, limit) => {
        const demand = rooms(3);
        const wished = wishedSfus(limit, demand);
        let state = list.map(one => ({ ...one, people: 0, load: { rooms: 0, dedicated: 0, spread: 0 } }));
        let made = 0;
        const plan = () => planScale({ ...facts, spec: limit, members: state, demand });
        const isDone = ({ addSfus, addRelays, force, retire, surplus, stale }: ScalePlan) =>
          addSfus + addRelays + force.length + retire.length + surplus.length + stale.length === 0;
        let steps = 0;
        for (
          let next = plan();
          !isDone(next) || state.some(one => one.node !== 'silent' && (one.going || !one.serves));
          next = plan()
        ) {
          steps += 1;
          expect(steps).toBeLessThan(150);
          const counted = state.filter(one => one.node !== 'gone' && one.node !== 'silent');
          const before = ofRole(counted, 'sfu').length;
          const leave = new Set([...next.retire.map(({ member: one }) => one), ...next.surplus]);
          state = state
            // What was told to go is gone, and what was made serves.
            .filter(one => !next.force.includes(one) && !(one.going && one.node !== 'silent'))
            .map(one =>
              leave.has(one)
                ? { ...one, going: true, serves: false, alive: false }
                : one.node === 'silent' || one.going || one.outdated || one.serves
                  ? { ...one, idleMs: one.serves ? 0 : one.idleMs + 60_000 }
                  : {
                      ...one,
                      node: one.node === 'none' ? 'ready' : one.node,
                      serves: true,
                      alive: true,
                      idleMs: 0,
                    },
            );
          const add = (count: number, role: 'sfu' | 'turn') => {
            for (let index = 0; index < count; index += 1) {
              made += 1;
              state.push(makeMember(`made-${made}`, { role, serves: false, node: 'none' }));
            }
          };
          add(next.addSfus, 'sfu');
          add(next.addRelays, 'turn');
          const now = ofRole(
            state.filter(one => one.node !== 'gone' && one.node !== 'silent'),
            'sfu',
          ).length;
          if (next.addSfus > 0) {
            const goingNow = state.filter(
              one => one.going && one.role === 'sfu' && one.node !== 'silent',
            ).length;
            expect(now).toBeLessThanOrEqual(
              Math.max(wished + goingNow, wished + limit.rollout.maxSurge, before),
            );
          }
        }
        const settled = state.filter(one => one.node !== 'silent');
        expect(ofRole(settled, 'sfu')).toHaveLength(wished);
        expect(ofRole(settled, 'turn')).toHaveLength(limit.turn.replicas);
        expect(settled.every(one => one.own && !one.outdated && one.serves && one.node === 'ready')).toBe(
          true,
        );
      }),
      { numRuns: 500 },
    );
  });
});
