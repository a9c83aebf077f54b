import type { RoomKey } from '@parley/protocol';
import { expect, test } from 'vitest';
import { Ledger } from './ledger.ts';

const [one, two] = ['default/one', 'default/two'] as RoomKey[] as [RoomKey, RoomKey];
const wish = { pool: 'default', dedicated: false };
const on = (...pods: string[]) => pods.map(pod => ({ pod, instance: undefined }));

function makeLedger() {
  const told: string[] = [];
  const ledger = new Ledger({
    changed: pool => told.push(`changed ${pool}`),
    freed: rooms => told.push(...[...rooms].map(room => `freed ${room}`)),
  });
  return { ledger, news: () => told.splice(0) };
}

test('a room on several pods is counted on each, and takes as many places of its pool', () => {
  const { ledger } = makeLedger();
  ledger.set(one, wish, on('a', 'b'));
  ledger.set(two, wish, on('b'));
  expect([ledger.load('a'), ledger.load('b')]).toEqual([
    { rooms: 1, dedicated: 0, spread: 1 },
    { rooms: 2, dedicated: 0, spread: 1 },
  ]);
  expect(ledger.load('b', one)).toEqual({ rooms: 1, dedicated: 0, spread: 0 });
  expect(ledger.seats(one, 'default').map(({ pod }) => pod)).toEqual(['a', 'b']);
  expect([ledger.seats(one, 'other'), ledger.places(one)]).toEqual([[], 2]);
  expect(ledger.demand('default')).toMatchObject({ shared: 3, spread: 1, growing: 0 });
  ledger.set(one, wish, on('a'));
  expect(ledger.demand('default')).toMatchObject({ shared: 2, spread: 0 });
  expect([...ledger.roomsOn('b')]).toEqual([two]);
  ledger.remove(one);
  ledger.remove(two);
  expect([ledger.load('a').rooms, ledger.demand('default').shared]).toEqual([0, 0]);
});

test('a room that lacks an SFU has its places and waits for one more', () => {
  const { ledger, news } = makeLedger();
  ledger.set(one, wish, on('a'), true);
  expect(ledger.demand('default')).toMatchObject({ shared: 2, growing: 1, crowded: 1, dedicatedWaiting: 0 });
  const alone = { ...wish, dedicated: true };
  ledger.set(two, alone, on('b'), true);
  expect(ledger.demand('default')).toMatchObject({
    dedicated: 2,
    dedicatedWaiting: 1,
    growing: 1,
    crowded: 2,
  });
  expect([...ledger.waiting('default')]).toEqual([one, two]);
  news();
  ledger.set(one, wish, on('a', 'c'));
  expect(news()).toContain(`freed ${two}`);
  expect([...ledger.waiting('default')]).toEqual([two]);
  ledger.set(one, wish, on('a', 'c'));
  expect(news()).toEqual([]);
});
