import type { RoomKey } from '@parley/protocol';
import { expect, test } from 'vitest';
import { makeSfu } from '../test/make.ts';
import { giftOf } from './rebalance.ts';
import type { Sfu } from './view.ts';

const sfu = (pod: string, used: number, more: Partial<Sfu> = {}) =>
  makeSfu(pod, pod.charCodeAt(0), { used, ...more });
const tenants = (people: Record<string, number>, staying: string[] = []) =>
  Object.entries(people).map(([room, count]) => ({
    room: room as RoomKey,
    people: count,
    mayGo: !staying.includes(room),
  }));
const give = (used: number, people: Record<string, number>, takers: Sfu[], staying: string[] = []) => {
  const gift = giftOf({ from: sfu('a', used), tenants: tenants(people, staying), takers });
  return gift && [gift.room, gift.to.pod];
};
const empty = [sfu('b', 0)];

test('of the rooms that relieve it enough the one with the fewest people goes', () => {
  expect(give(1, { large: 50, middle: 30, small: 20 }, empty)).toEqual(['middle', 'b']);
  expect(give(0.95, { large: 50, middle: 30, small: 20 }, empty)).toEqual(['small', 'b']);
});

test('if none relieves it enough the one goes that relieves it most', () => {
  const people = Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => [`r${index}`, 5 + (index === 7 ? 1 : 0)]),
  );
  expect(give(1, people, empty)).toEqual(['r7', 'b']);
  // The large one finds no SFU.
  expect(give(1, { large: 75, middle: 15, small: 10 }, empty)).toEqual(['middle', 'b']);
});

test('nothing goes where that would only fill another, or help nobody', () => {
  expect(give(1, { only: 50 }, empty)).toBeUndefined();
  expect(give(1, { only: 50, nobody: 0 }, empty)).toBeUndefined();
  expect(give(1, { large: 50, alone: 1 }, empty, ['large'])).toBeUndefined();
  expect(give(1, { large: 50, small: 10 }, [sfu('b', 0.6)])).toBeUndefined();
  expect(give(1, { large: 50, small: 10 }, empty, ['large', 'small'])).toBeUndefined();
  expect(give(1, { large: 50, small: 10 }, [])).toBeUndefined();
  expect(give(1, { large: 50, small: 10 }, [makeSfu('b', 2, { used: undefined })])).toBeUndefined();
});

test('the SFU with the most room takes it: of the same zone, and up to date, if there is one', () => {
  const people = { large: 50, small: 20 };
  const to = (...takers: Sfu[]) =>
    giftOf({ from: sfu('a', 0.95, { zone: 'east' }), tenants: tenants(people), takers })?.to.pod;
  const east = { zone: 'east' };
  expect(to(sfu('b', 0.4, east), sfu('c', 0.1, east))).toBe('c');
  expect(to(sfu('b', 0.4, east), sfu('c', 0.1, { zone: 'west' }))).toBe('b');
  expect(to(sfu('b', 0.1, { ...east, fresh: false }), sfu('c', 0.3, east))).toBe('c');
  expect(to(sfu('b', 0.6, east), sfu('c', 0.1, { zone: 'west' }))).toBe('c');
});
