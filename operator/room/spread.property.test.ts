/** Random pools and rooms: whatever happens, rooms come to rest, and are where they may be. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pressureAt } from '../pool/pressure.ts';
import type { Sfu } from '../pool/view.ts';
import { makeSfu, makeView } from '../test/make.ts';
import { hasSpace } from './place.ts';
import { after, maxSfus, nextStep, type SpreadFacts } from './spread.ts';

/** How much of an SFU one person takes. */
const each = 0.01;

const pool = fc.record({
  sfus: fc.array(
    fc.record({
      others: fc.double({ min: 0, max: 0.5, noNaN: true }),
      rooms: fc.nat({ max: 3 }),
      takesRooms: fc.integer({ min: 0, max: 4 }).map(n => n > 0),
      goes: fc.integer({ min: 0, max: 5 }).map(n => n === 0),
      zone: fc.constantFrom('east', 'west'),
      meshes: fc.integer({ min: 0, max: 6 }).map(n => n > 0),
    }),
    { minLength: 1, maxLength: 7 },
  ),
  people: fc.integer({ min: 1, max: 400 }),
  cuts: fc.array(fc.tuple(fc.nat({ max: 6 }), fc.nat({ max: 6 })), { maxLength: 3 }),
  mayGrow: fc.boolean(),
});

test('a room comes to rest where it may be, and stays there', () => {
  fc.assert(
    fc.property(pool, ({ sfus, people, cuts, mayGrow }) => {
      /** People on each SFU. */
      const on = sfus.map(() => 0);
      on[0] = people;
      let carrying = [0];
      const used = (index: number) => Math.min(1, (sfus[index]?.others ?? 0) + (on[index] ?? 0) * each);
      const indexOf = (sfu: Sfu) => Number(sfu.pod.slice(4));
      const isCutOff = (a: Sfu, b: Sfu) =>
        cuts.some(([x, y]) => x !== y && [x, y].includes(indexOf(a)) && [x, y].includes(indexOf(b)));
      const look = () => {
        const all = sfus.map((one, index) =>
          makeSfu(`sfu-${index}`, index, {
            used: used(index),
            pressure: pressureAt(used(index)),
            meshes: one.meshes,
            zone: one.zone,
            takesRooms: one.takesRooms && !one.goes,
            leaving: one.goes ? 'PodDeleted' : undefined,
          }),
        );
        const others = (pod: string) => ({
          rooms: sfus[Number(pod.slice(4))]?.rooms ?? 0,
          dedicated: 0,
          spread: 0,
        });
        const facts: SpreadFacts = {
          view: makeView(all, { roomsPerPod: 3, mayGrow }),
          sfus: carrying.flatMap(index => all[index] ?? []),
          people,
          dedicated: false,
          isMoving: false,
          share: sfu => {
            const index = indexOf(sfu);
            return used(index) === 0 ? 0 : Math.min(1, ((on[index] ?? 0) * each) / used(index));
          },
          isLargestOn: () => true,
          isRelieved: () => false,
          others,
          isCutOff,
          reaches: (sfu, rest) => rest.every(other => !isCutOff(sfu, other)),
        };
        return facts;
      };
      /** As signaling does: people of an SFU that is left go to where most room is, and so do those who come. */
      const settle = (now: number[]) => {
        const homeless = on.reduce((sum, count, index) => (now.includes(index) ? sum : sum + count), 0);
        on.forEach((_, index) => {
          if (!now.includes(index)) on[index] = 0;
        });
        for (let left = homeless; left > 0; left -= 1) {
          const [to = 0] = [...now].sort((a, b) => used(a) - used(b));
          on[to] = (on[to] ?? 0) + 1;
        }
      };
      const seen = new Set<string>();
      for (let steps = 0; ; steps += 1) {
        expect(steps).toBeLessThan(40);
        const facts = look();
        const step = nextStep(facts);
        const next = after(facts.sfus, step);
        const now = next.map(indexOf);
        expect(now.length).toBeGreaterThan(0);
        expect(now.length).toBeLessThanOrEqual(Math.max(maxSfus, carrying.length));
        expect(new Set(now).size).toBe(now.length);
        for (const sfu of next.filter(one => !facts.sfus.includes(one))) {
          expect(sfu).toMatchObject({ takesRooms: true, leaving: undefined, meshes: true });
          expect(hasSpace(facts.others(sfu.pod), false, 3)).toBe(true);
          expect(
            facts.reaches(
              sfu,
              next.filter(one => one !== sfu),
            ),
          ).toBe(true);
        }
        if (step.type === 'stay' || step.type === 'lack') {
          expect(next).toBe(facts.sfus);
          // Nobody is left on SFUs that do not reach each other.
          expect(next.every(a => next.every(b => a === b || !isCutOff(a, b)))).toBe(true);
          break;
        }
        // What was done is not taken back, as long as nothing else happens.
        if (step.type === 'leave' && step.why === 'Fits') {
          carrying = now;
          settle(now);
          expect(nextStep(look()).type).not.toBe('grow');
          continue;
        }
        const state = now.join();
        expect(seen.has(state)).toBe(false);
        seen.add(state);
        carrying = now;
        settle(now);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('an SFU that has come is not left again though nobody is on it yet', () => {
  const share = fc.double({ min: 0.7, max: 1, noNaN: true });
  fc.assert(
    fc.property(share, share, (first, second) => {
      const full = (pod: string, used: number, n: number) =>
        makeSfu(pod, n, { used, pressure: pressureAt(used), meshes: true });
      const all = [full('a', first, 1), full('b', second, 2), full('c', 0, 3)];
      const facts: SpreadFacts = {
        view: makeView(all),
        sfus: all.slice(0, 2),
        people: 9,
        dedicated: false,
        isMoving: false,
        share: () => 1,
        isLargestOn: () => true,
        isRelieved: () => false,
        others: () => ({ rooms: 0, dedicated: 0, spread: 0 }),
        isCutOff: () => false,
        reaches: () => true,
      };
      const grown = after(facts.sfus, nextStep(facts));
      expect(grown).toHaveLength(3);
      const next = nextStep({ ...facts, sfus: grown });
      // One that is empty takes what another has, only if that is little.
      if (next.type === 'leave') expect(next.sfu.pod).not.toBe('c');
      expect(next.type === 'leave' && Math.min(first, second) > 0.5).toBe(false);
    }),
  );
});
