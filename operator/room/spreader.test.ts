import type { RoomKey, SfuInstance } from '@parley/protocol';
import { expect, test } from 'vitest';
import { Ledger } from '../ledger.ts';
import type { Sfu } from '../pool/view.ts';
import { makeSfu, makeView } from '../test/make.ts';
import { Spreader } from './spreader.ts';

const [large, small] = ['default/large', 'default/small'] as RoomKey[] as [RoomKey, RoomKey];
const sfu = (pod: string, n: number, used: number, more: Partial<Sfu> = {}) =>
  makeSfu(pod, n, { used, pressure: used >= 0.7 ? 'high' : 'low', meshes: true, ...more });

function makeSpreader(people: Record<string, number>) {
  const ledger = new Ledger({ changed: () => undefined, freed: () => undefined });
  const cuts = new Map<SfuInstance, number>();
  const spreader = new Spreader({
    ledger,
    loads: { cutOffSince: (a, b) => cuts.get(a) ?? cuts.get(b) },
    peopleIn: room => people[room] ?? 0,
    rebalancer: { relieves: () => false },
    delayMs: 60_000,
  });
  const look = (sfus: Sfu[], view: Sfu[], now: number, more = {}) => {
    const spread = spreader.spread({
      key: large,
      view: makeView(view, { roomsPerPod: 9 }),
      sfus,
      lost: 0,
      dedicated: false,
      isMoving: false,
      mainMoves: false,
      turnInMs: () => 0,
      now,
      ...more,
    });
    return { ...spread, sfus: spread.sfus.map(({ pod }) => pod) };
  };
  return { ledger, cuts, look };
}

test('a room leaves an SFU only once it has fitted on fewer all the time', () => {
  const { look } = makeSpreader({ [large]: 9 });
  const [a, b, busy] = [sfu('a', 1, 0.1), sfu('b', 2, 0.1), sfu('a', 1, 0.65)];
  expect(look([a, b], [a, b], 0)).toEqual({ sfus: ['a', 'b'], lacks: false, againMs: 5_000 });
  expect(look([a, b], [a, b], 59_999)).toMatchObject({ sfus: ['a', 'b'], againMs: 1 });
  const full = sfu('b', 2, 0.65);
  expect(look([busy, full], [busy, full], 59_999).sfus).toEqual(['a', 'b']);
  expect(look([a, b], [a, b], 60_000).sfus).toEqual(['a', 'b']);
  expect(look([a, b], [a, b], 120_000)).toEqual({ sfus: ['a'], lacks: false });
});

test('several rooms do not leave an SFU for the same one before it is known how full that is then', () => {
  const other = 'default/other' as RoomKey;
  const { ledger, look } = makeSpreader({ [large]: 9, [small]: 5, [other]: 5 });
  const seat = (room: RoomKey, ...pods: string[]) =>
    ledger.set(
      room,
      { pool: 'default', dedicated: false },
      pods.map(pod => ({ pod, instance: undefined })),
    );
  for (const room of [large, small]) seat(room, 'a', 'b');
  seat(other, 'a');
  const [a, b] = [sfu('a', 1, 0.6), sfu('b', 2, 0.1)];
  const lookAt = (key: RoomKey, now: number, on = [a, b]) => look(on, on, now, { key }).sfus;
  const both = ['a', 'b'];
  expect([lookAt(large, 0), lookAt(small, 0)]).toEqual([both, both]);
  expect(lookAt(large, 60_000)).toEqual(['b']);
  seat(large, 'b');
  expect([lookAt(small, 60_000), lookAt(small, 89_999)]).toEqual([both, both]);
  expect(lookAt(small, 90_000, [a, sfu('b', 2, 0.49)])).toEqual(both);
  // Once that is over it fits anew, for as long as ever.
  expect(lookAt(small, 100_000)).toEqual(both);
  expect(lookAt(small, 160_000)).toEqual(['b']);
});

test('of two rooms on a filling SFU the one with more people there grows', () => {
  const { ledger, look } = makeSpreader({ [large]: 9, [small]: 5 });
  const [a, b] = [sfu('a', 1, 0.75), sfu('b', 2, 0)];
  ledger.set(small, { pool: 'default', dedicated: false }, [{ pod: 'a', instance: undefined }]);
  expect(look([a], [a, b], 0).sfus).toEqual(['a', 'b']);
  const other = makeSpreader({ [large]: 9, [small]: 12 });
  other.ledger.set(small, { pool: 'default', dedicated: false }, [{ pod: 'a', instance: undefined }]);
  expect(other.look([a], [a, b], 0).sfus).toEqual(['a']);
  // Half of them are elsewhere.
  const pods = ['a', 'b'].map(pod => ({ pod, instance: undefined }));
  other.ledger.set(small, { pool: 'default', dedicated: false }, pods);
  expect(other.look([a], [a, b], 0).sfus).toEqual(['a', 'b']);
});

test('a cut is waited out for a second, and who was left for it does not come back at once', () => {
  const { cuts, look } = makeSpreader({ [large]: 9 });
  const [a, b] = [sfu('a', 1, 0.75), sfu('b', 2, 0.6)];
  cuts.set(b.instance, 1_000);
  expect(look([a, b], [a, b], 1_500)).toMatchObject({ sfus: ['a', 'b'], againMs: 500 });
  expect(look([a, b], [a, b], 2_000).sfus).toEqual(['a']);
  // It would be the next to come.
  expect(look([a], [a, b], 3_000)).toMatchObject({ sfus: ['a'], lacks: true });
  cuts.clear();
  expect(look([a], [a, b], 61_999)).toMatchObject({ sfus: ['a'], lacks: true });
  expect(look([a], [a, b], 62_000).sfus).toEqual(['a', 'b']);
});

test('people leave an SFU that goes when it is their turn, and not while the main one is exchanged', () => {
  const { look } = makeSpreader({ [large]: 9 });
  const [a, c] = [sfu('a', 1, 0.6), sfu('c', 3, 0)];
  const going = sfu('b', 2, 0.6, { leaving: 'PodDeleted', takesRooms: false });
  const all = [a, going, c];
  expect(look([a, going], all, 0, { turnInMs: () => 300 })).toMatchObject({ sfus: ['a', 'b'], againMs: 300 });
  expect(look([a, going], all, 0, { mainMoves: true }).sfus).toEqual(['a', 'b']);
  expect(look([a, going], all, 0).sfus).toEqual(['a', 'c']);
});

test('in the place of one that died another comes', () => {
  const { look } = makeSpreader({ [large]: 9 });
  const [a, c] = [sfu('a', 1, 0.6), sfu('c', 3, 0.2)];
  expect(look([a], [a, c], 0, { lost: 1 }).sfus).toEqual(['a', 'c']);
});
