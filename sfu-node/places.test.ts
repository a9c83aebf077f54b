import type { ParticipantId } from '@parley/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { admit, givePlaces, loudFrom, type Place } from './places.ts';
import { newParticipant } from './test-sfu.ts';

const people = Array.from({ length: 6 }, newParticipant).sort();
const [ada, ben, cyd] = people as [ParticipantId, ParticipantId, ParticipantId];
const hear = (before: readonly Place[], volumes: [ParticipantId, number][], most: number, now: number) =>
  givePlaces(before, new Map(volumes), most, now);
const ids = (places: readonly Place[]) => places.map(({ id }) => id).sort();

test('M14 the loudest have the places', () => {
  const places = hear(
    [],
    [
      [ada, -30],
      [ben, -20],
      [cyd, -40],
    ],
    2,
    0,
  );
  expect(ids(places)).toEqual([ada, ben]);
});

test('M14 who speaks up has a place at once, of who was silent for longest', () => {
  let places = hear([], [[ada, -30]], 2, 0);
  places = hear(places, [[ben, -30]], 2, 1_000);
  expect(ids(places)).toEqual([ada, ben]);
  expect(ids(hear(places, [[cyd, -45]], 2, 1_250))).toEqual([ben, cyd]);
});

test('M14 who is in the middle of a sentence gives way to the clearly louder alone', () => {
  const places = hear([], [[ada, -30]], 1, 0);
  expect(
    ids(
      hear(
        places,
        [
          [ada, -30],
          [ben, -26],
        ],
        1,
        250,
      ),
    ),
  ).toEqual([ada]);
  expect(ids(hear(places, [[ben, -26]], 1, 250))).toEqual([ada]);
  expect(
    ids(
      hear(
        places,
        [
          [ada, -30],
          [ben, -20],
        ],
        1,
        250,
      ),
    ),
  ).toEqual([ben]);
  expect(ids(hear(places, [[ben, -26]], 1, 500))).toEqual([ben]);
});

test('M14 who takes a breath does not keep others from the place of who is clearly quieter', () => {
  let places = hear(
    [],
    [
      [ada, -20],
      [ben, -30],
    ],
    2,
    0,
  );
  places = hear(
    places,
    [
      [ben, -30],
      [cyd, -20],
    ],
    2,
    250,
  );
  expect(ids(places)).toEqual([ada, cyd]);
});

test('M14 who falls silent keeps the place while nobody needs it, and noise needs none', () => {
  const places = hear([], [[ada, -30]], 1, 0);
  expect(ids(hear(places, [[ben, loudFrom - 1]], 1, 60_000))).toEqual([ada]);
});

test('M14 as long as places are free nobody has to be loud for one', () => {
  const places = admit(admit(admit([], ada, 2), ben, 2), cyd, 2);
  expect(ids(places)).toEqual([ada, ben]);
  expect(admit(places, ada, 3)).toBe(places);
  expect(ids(hear(places, [[cyd, -50]], 2, 0))).toHaveLength(2);
  expect(ids(hear(places, [[cyd, -50]], 2, 0))).toContain(cyd);
});

test('M14 with fewer places those stay who spoke last', () => {
  let places = hear([], [[ada, -30]], 3, 0);
  places = hear(
    places,
    [
      [ben, -30],
      [cyd, -20],
    ],
    3,
    1_000,
  );
  expect(ids(hear(places, [], 1, 1_250))).toEqual([cyd]);
});

const volumes = fc.dictionary(fc.nat(people.length - 1).map(String), fc.integer({ min: -127, max: 0 }));
const moment = fc.record({
  volumes,
  ms: fc.integer({ min: 1, max: 2_000 }),
  most: fc.integer({ min: 1, max: 4 }),
});

test('M14 never more than there are places; who is loud and has none is not clearly louder than any who has one and speaks', () => {
  fc.assert(
    fc.property(fc.array(moment, { maxLength: 30 }), moments => {
      let places: readonly Place[] = [];
      let now = 0;
      for (const { volumes: loud, ms, most } of moments) {
        now += ms;
        const heard = new Map(
          Object.entries(loud).map(([who, volume]) => [people[Number(who)] ?? ada, volume]),
        );
        const before = places;
        places = givePlaces(before, heard, most, now);
        expect(places.length).toBeLessThanOrEqual(most);
        expect(new Set(ids(places)).size).toBe(places.length);
        const left = [...heard].filter(([id, volume]) => volume >= loudFrom && !ids(places).includes(id));
        if (left.length > 0) expect(places).toHaveLength(most);
        for (const [, volume] of left) {
          for (const place of places) {
            expect(now - place.loudAt).toBeLessThan(500);
            expect(volume).toBeLessThan(place.volume + 6);
          }
        }
        // The same once more changes nothing.
        expect(ids(givePlaces(places, heard, most, now))).toEqual(ids(places));
      }
    }),
  );
});
