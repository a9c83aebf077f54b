/** Random pools: rooms that are given away come to rest, and none goes to and fro. */
import type { RoomKey } from '@parley/protocol';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { Ledger } from '../ledger.ts';
import { type Pressure, pressureAt } from '../pool/pressure.ts';
import { makeSfu, makeView } from '../test/make.ts';
import { MovePace } from './pace.ts';
import { Rebalancer } from './rebalancer.ts';

/** How much of an SFU one person takes. */
const each = 0.01;
const minutes = 60_000;
const stepMs = 1_000;

interface Sketch {
  /** The people of each room, and how much more or less each takes than is usual. */
  rooms: { people: number; factor: number }[];
}
interface Move {
  room: RoomKey;
  from: string;
  to: string;
  at: number;
}

/** Lives through a time in which nobody comes or goes. @returns what was moved, and how full each SFU was at each step. */
function live(pool: Sketch[], moveMs: number, forMs: number) {
  const ledger = new Ledger({ changed: () => undefined, freed: () => undefined });
  const rooms = new Map<RoomKey, { people: number; load: number; pod: string; arrivesAt: number }>();
  const seat = (room: RoomKey, pod: string) =>
    ledger.set(room, { pool: 'default', dedicated: false }, [{ pod, instance: undefined }]);
  pool.forEach((sketch, index) => {
    sketch.rooms.forEach(({ people, factor }, number) => {
      const room = `default/${index}-${number}` as RoomKey;
      rooms.set(room, { people, load: people * each * factor, pod: `sfu-${index}`, arrivesAt: 0 });
      seat(room, `sfu-${index}`);
    });
  });
  let now = 0;
  const rebalancer = new Rebalancer({
    ledger,
    peopleIn: room => rooms.get(room)?.people ?? 0,
    isMoving: room => (rooms.get(room)?.arrivesAt ?? 0) > now,
    isSilent: () => false,
    pace: new MovePace(2),
  });
  const sfus = pool.map((_, index) => ({
    pod: `sfu-${index}`,
    pressure: 'low' as Pressure,
    fullSince: undefined as number | undefined,
  }));
  const loadOf = (pod: string) =>
    Math.min(
      1,
      [...rooms.values()].reduce((sum, room) => sum + (room.pod === pod ? room.load : 0), 0),
    );
  const moves: Move[] = [];
  const used: number[][] = [];
  for (; now <= forMs; now += stepMs) {
    const view = sfus.map((sfu, index) => {
      sfu.pressure = pressureAt(loadOf(sfu.pod), sfu.pressure);
      sfu.fullSince = sfu.pressure === 'full' ? (sfu.fullSince ?? now) : undefined;
      const { pod, pressure, fullSince } = sfu;
      const since = fullSince === undefined ? {} : { fullSince };
      return makeSfu(pod, index, { used: loadOf(pod), pressure, meshes: true, ...since });
    });
    used.push(view.map(one => one.used ?? 0));
    for (const key of rooms.keys()) {
      const [at] = ledger.seats(key, 'default');
      const sfu = view.find(one => one.pod === at?.pod);
      if (!sfu || (rooms.get(key)?.arrivesAt ?? 0) > now) continue;
      const { to } = rebalancer.look({ key, view: makeView(view, { roomsPerPod: 50 }), sfu, now });
      if (!to) continue;
      expect(sfu.used).toBeGreaterThanOrEqual(0.9);
      moves.push({ room: key, from: sfu.pod, to: to.pod, at: now });
      seat(key, to.pod);
      const room = rooms.get(key);
      if (room) room.arrivesAt = now + moveMs;
    }
    for (const [key, room] of rooms)
      if (room.arrivesAt <= now + stepMs) room.pod = ledger.seats(key, 'default')[0]?.pod ?? room.pod;
  }
  return { moves, used };
}

const poolOf = (factor: fc.Arbitrary<number>, mostPeople: number) =>
  fc.array(
    fc.array(fc.record({ people: fc.integer({ min: 0, max: 40 }), factor }), { maxLength: 12 }).map(rooms => {
      let left = mostPeople;
      return {
        rooms: rooms.filter(({ people }) => {
          const fits = people <= left;
          if (fits) left -= people;
          return fits;
        }),
      };
    }),
    { minLength: 1, maxLength: 5 },
  );
/** How many moves all pools have seen: some, or nothing was shown. */
let seen = 0;
afterEach(() => {
  expect(seen).toBeGreaterThan(0);
  seen = 0;
});
const moveMs = fc.integer({ min: 1, max: 45_000 });

test('where people say what a room takes, each goes once at most, and no SFU gets too full by it', () => {
  fc.assert(
    fc.property(poolOf(fc.constant(1), 100), moveMs, (pool, tookMs) => {
      const { moves, used } = live(pool, tookMs, 15 * minutes);
      seen += moves.length;
      expect(new Set(moves.map(({ room }) => room)).size).toBe(moves.length);
      const crowded = used.map(step => step.filter(one => one >= 0.9).length);
      for (const [index, count] of crowded.entries())
        if (index > 0) expect(count).toBeLessThanOrEqual(crowded[index - 1] ?? 0);
      // All is at rest by then.
      const last = moves.at(-1)?.at ?? 0;
      expect(last).toBeLessThan(10_000 + moves.length * 46_000);
    }),
    { numRuns: 60 },
  );
});

test('whatever rooms really take: one at a time, with pauses, and what was given away stays for five minutes', () => {
  const factor = fc.double({ min: 0.3, max: 3, noNaN: true });
  fc.assert(
    fc.property(poolOf(factor, 100), moveMs, (pool, tookMs) => {
      const { moves } = live(pool, tookMs, 12 * minutes);
      seen += moves.length;
      for (const [index, move] of moves.entries()) {
        const before = moves.slice(0, index);
        const last = before.at(-1);
        if (last) expect(move.at - last.at).toBeGreaterThanOrEqual(Math.max(30_000, tookMs));
        const same = before.findLast(({ room }) => room === move.room);
        if (same) expect(move.at - same.at).toBeGreaterThanOrEqual(5 * minutes);
      }
    }),
    { numRuns: 60 },
  );
});
