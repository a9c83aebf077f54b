import type { RoomKey, SfuInstance } from '@parley/protocol';
import { describe, expect, test } from 'vitest';
import { Ledger } from '../ledger.ts';
import type { PoolView, Sfu } from '../pool/view.ts';
import { makeSfu, makeView } from '../test/make.ts';
import { MovePace } from './pace.ts';
import { Rebalancer } from './rebalancer.ts';

const key = (name: string) => name as RoomKey;
const full = makeSfu('a', 1, { used: 0.95, pressure: 'full', fullSince: 0, meshes: true });
const spare = makeSfu('b', 2, { used: 0.1, pressure: 'low', meshes: true });
const relief = { to: spare };

/** A large room and some small ones on `a`. */
function setUp(people: Record<string, number> = { large: 60, small: 20, tiny: 10 }) {
  const ledger = new Ledger({ changed: () => undefined, freed: () => undefined });
  const seat = (room: string, pods = ['a'], dedicated = false) =>
    ledger.set(
      key(room),
      { pool: 'default', dedicated },
      pods.map(pod => ({ pod, instance: undefined })),
    );
  for (const room of Object.keys(people)) seat(room);
  const moving = new Set<RoomKey>();
  const silent = new Set<SfuInstance>();
  const rebalancer = new Rebalancer({
    ledger,
    peopleIn: room => people[room] ?? 0,
    isMoving: room => moving.has(room),
    isSilent: sfu => silent.has(sfu),
    pace: new MovePace(2),
  });
  const look = (
    room: string,
    now: number,
    { from = full, to = spare, ...more }: Partial<PoolView> & { from?: Sfu; to?: Sfu } = {},
  ) =>
    rebalancer.look({
      key: key(room),
      view: makeView([from, to], { roomsPerPod: 9, ...more }),
      sfu: from,
      now,
    });
  const relieves = (from: Sfu, now = 0) =>
    rebalancer.relieves(makeView([from, spare], { roomsPerPod: 9 }), from, now);
  return { rebalancer, look, relieves, seat, moving, silent };
}

describe('an SFU that is too full', () => {
  test('gives one room away once it has been so for a while', () => {
    const { look, relieves, rebalancer } = setUp();
    expect(relieves(full)).toBe(true);
    expect(look('small', 0)).toEqual({ againMs: 5_000 });
    expect(look('small', 9_999)).toEqual({ againMs: 1 });
    // Another is the one to go.
    expect(look('large', 10_000)).toEqual({ againMs: 5_000 });
    expect(rebalancer.givenBy(key('small'))).toBeUndefined();
    expect(look('small', 10_000)).toEqual(relief);
    expect(rebalancer.givenBy(key('small'))).toBe('a');
  });

  test('is left alone as soon as it is less full, though not yet by much', () => {
    const { look, relieves } = setUp();
    const less = { ...full, used: 0.85 };
    expect(look('tiny', 60_000, { from: less })).toEqual({ againMs: 5_000 });
    // What would go if it was fuller again keeps the others from spreading.
    expect(relieves(less)).toBe(true);
    const over = { ...full, used: 0.79, pressure: 'high' as const };
    expect(look('small', 60_000, { from: over })).toEqual({});
    expect(relieves(over)).toBe(false);
  });

  test('gives nothing away while rooms of its pool move, nor before loads have settled', () => {
    const { look, moving, seat } = setUp({ large: 50, small: 20, tiny: 19, other: 5 });
    seat('other', ['b']);
    moving.add(key('other'));
    expect(look('tiny', 10_000)).toEqual({ againMs: 5_000 });
    moving.clear();
    expect(look('tiny', 15_000)).toEqual(relief);
    seat('tiny', ['b']);
    expect(look('small', 44_999)).toEqual({ againMs: 1 });
    expect(look('small', 45_000)).toEqual(relief);
  });

  test('keeps dedicated rooms, those on several SFUs, and those that have just come', () => {
    const { look, relieves, seat } = setUp();
    seat('large', ['a', 'b']);
    seat('tiny', ['a'], true);
    expect(look('small', 10_000)).toEqual(relief);
    // It is back, whoever did that.
    expect(relieves(full, 309_999)).toBe(false);
    expect(look('small', 309_999)).toEqual({ againMs: 5_000 });
    expect(look('small', 310_000)).toEqual(relief);
  });

  test.each([
    ['of a version that people could not leave unnoticed', { from: { ...full, meshes: false } }],
    ['beside such ones', { to: { ...spare, meshes: false } }],
    ['that goes anyway', { from: { ...full, leaving: 'PodDeleted' as const } }],
    ['beside those that take no rooms', { to: { ...spare, takesRooms: false } }],
    ['of a pool that takes no rooms', { refusal: 'No.' }],
    ['of a pool whose other pods have all their rooms', { roomsPerPod: 0 }],
  ])('gives nothing away: one %s', (_, more) => {
    expect(setUp().look('small', 10_000, more)).toEqual({ againMs: 5_000 });
  });

  test('gives nothing away when it is only not known how full it is, nor to such a one', () => {
    for (const { instance } of [full, spare]) {
      const { look, relieves, silent } = setUp();
      silent.add(instance);
      expect(look('small', 10_000)).toEqual({ againMs: 5_000 });
      expect(relieves(full)).toBe(false);
    }
  });
});
