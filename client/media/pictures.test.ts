import { expect, test } from 'vitest';
import { participant, producer } from '../room/fixtures.ts';
import { Pictures } from './pictures.ts';

const people = [
  participant('ann', producer('a', 'camera'), producer('s', 'screen')),
  participant('ben', producer('b', 'camera')),
  participant('cyd', producer('c', 'camera', true)),
  participant('dee', producer('m', 'microphone')),
];
const [ann, ben] = people.map(({ id }) => id);
const seen = (place: number, source: 'camera' | 'screen' = 'camera') => {
  const id = people[place]?.id;
  if (id === undefined) throw new Error(`There is no one ${place}.`);
  return { participantId: id, source };
};

test('all cameras are received until there is a limit, and again when it is lifted', () => {
  const pictures = new Pictures({ areaOf: () => 5_000 }, undefined);
  expect(pictures.choose(people, [])).toBe(false);
  expect(pictures.areaOf(seen(1))).toBe(5_000);
  pictures.limit(1);
  expect(pictures.choose(people, [])).toBe(true);
  expect([pictures.areaOf(seen(0)), pictures.areaOf(seen(1))]).toEqual([5_000, 0]);
  pictures.limit(undefined);
  expect(pictures.choose(people, [])).toBe(true);
  expect(pictures.areaOf(seen(1))).toBe(5_000);
});

test('a screen is received besides, also with no cameras at all', () => {
  const pictures = new Pictures({ areaOf: () => 5_000 }, 0);
  pictures.choose(people, []);
  expect(pictures.areaOf(seen(0, 'screen'))).toBe(5_000);
  expect([pictures.isLeftOut(seen(0)), pictures.isLeftOut(seen(0, 'screen'))]).toEqual([true, false]);
});

test('only cameras that send take a place, and who speaks takes it from who does not', () => {
  const pictures = new Pictures({ areaOf: () => undefined }, 1);
  pictures.choose(
    people,
    people.slice(2).map(({ id }) => id),
  );
  expect(pictures.isLeftOut(seen(0))).toBe(false);
  if (!ann || !ben) throw new Error('Both are there.');
  expect(pictures.choose(people, [ben, ann])).toBe(true);
  expect([pictures.isLeftOut(seen(0)), pictures.isLeftOut(seen(1))]).toEqual([true, false]);
  expect(pictures.choose(people, [ben])).toBe(false);
});

test('on a network that cannot take more, cameras come smaller and fewer, whatever the page wants; screens as they were', () => {
  const pictures = new Pictures({ areaOf: () => 500_000 }, 9);
  const everything = { area: Number.POSITIVE_INFINITY, cameras: Number.POSITIVE_INFINITY };
  expect([pictures.reduce(everything), pictures.reduce({ area: 57_600, cameras: 1 })]).toEqual([false, true]);
  pictures.choose(people, []);
  expect([pictures.areaOf(seen(0)), pictures.areaOf(seen(1)), pictures.areaOf(seen(0, 'screen'))]).toEqual([
    57_600, 0, 500_000,
  ]);
  pictures.reduce(everything);
  pictures.choose(people, []);
  expect([pictures.areaOf(seen(0)), pictures.areaOf(seen(1))]).toEqual([500_000, 500_000]);
});
