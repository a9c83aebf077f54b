import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Candidate, chooseWorker, fullCpu, usedShare } from './choose-worker.ts';

const capacity = 100;
const worker = (consumers: number, more: Partial<Candidate> = {}): Candidate => ({
  cpu: 0,
  consumers,
  routers: 0,
  own: false,
  ...more,
});
const choose = (candidates: Candidate[], needs = 1) => chooseWorker(candidates, needs, capacity);

describe('chooseWorker', () => {
  it.each<[string, Candidate[], number, number | undefined]>([
    ['none where there is none', [], 1, undefined],
    ['the one with the fewest consumers', [worker(50), worker(20), worker(90)], 1, 1],
    ['the one with the idlest core', [worker(0, { cpu: 0.5 }), worker(30)], 1, 1],
    ['the one with fewer routers if they are as busy', [worker(1, { routers: 2 }), worker(2)], 1, 1],
    ["the room's own while it has space", [worker(80, { own: true }), worker(0)], 20, 0],
    ['another once its consumers would be too many', [worker(81, { own: true }), worker(0)], 20, 1],
    ['another once its core is busy', [worker(9, { own: true, cpu: fullCpu }), worker(0)], 1, 1],
    ['of its own the less loaded', [worker(40, { own: true }), worker(0), worker(20, { own: true })], 1, 2],
    ['the least loaded if all are full', [worker(150, { own: true }), worker(120), worker(140)], 1, 1],
    ["the room's own if all are as full", [worker(121), worker(120, { own: true })], 1, 1],
    ['the emptiest for somebody who fits nowhere', [worker(50, { own: true }), worker(10)], 200, 1],
  ])('takes %s', (_, candidates, needs, expected) => expect(choose(candidates, needs)).toBe(expected));
});

const anyWorker = fc.record({
  cpu: fc.double({ min: 0, max: 1, noNaN: true }),
  consumers: fc.nat(200),
  routers: fc.nat(20),
  own: fc.boolean(),
});
const hasSpace = (one: Candidate, needs: number) =>
  usedShare(one, capacity) < 1 && one.consumers + needs <= capacity;

describe('whatever the workers carry', () => {
  const workers = fc.array(anyWorker, { minLength: 1, maxLength: 8 });

  it('somebody is placed where there is space, and with their room if there is space with it', () => {
    fc.assert(
      fc.property(workers, fc.nat(120), (candidates, needs) => {
        const chosen = candidates[choose(candidates, needs) ?? -1];
        expect(chosen).toBeDefined();
        if (!chosen) return;
        const spacious = candidates.filter(one => hasSpace(one, needs));
        if (spacious.length > 0) expect(hasSpace(chosen, needs)).toBe(true);
        if (spacious.some(({ own }) => own)) expect(chosen.own).toBe(true);
      }),
    );
  });

  it('nobody is placed on a worker that is more loaded by a tenth than one that would do as well', () => {
    fc.assert(
      fc.property(workers, fc.nat(120), (candidates, needs) => {
        const chosen = candidates[choose(candidates, needs) ?? -1];
        if (!chosen) return;
        for (const other of candidates) {
          const asGood = hasSpace(other, needs) === hasSpace(chosen, needs) && other.own === chosen.own;
          if (asGood)
            expect(usedShare(chosen, capacity)).toBeLessThanOrEqual(usedShare(other, capacity) + 0.1);
        }
      }),
    );
  });

  it('people who come one after another share the workers evenly once all are full', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 40 }), (count, needs) => {
        const all = Array.from({ length: count }, () => worker(0));
        for (let person = 0; person < 200; person++) {
          const one = all[choose(all, needs) ?? -1];
          if (one) Object.assign(one, { consumers: one.consumers + needs, own: true });
        }
        const shares = all.map(one => usedShare(one, capacity));
        const full = shares.every(share => share >= 1);
        if (full)
          expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(0.1 + needs / capacity);
      }),
    );
  });
});
