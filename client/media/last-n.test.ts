import type { ParticipantId } from '@parley/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseCameras } from './last-n.ts';

const [ann, ben, cyd, dee] = ['ann', 'ben', 'cyd', 'dee'] as [
  ParticipantId,
  ParticipantId,
  ParticipantId,
  ParticipantId,
];
const everyone = [ann, ben, cyd, dee];
const shown = (areas: (number | undefined)[]) => everyone.map((id, place) => ({ id, area: areas[place] }));
const choose = (areas: (number | undefined)[], spoken: ParticipantId[], most: number) => [
  ...chooseCameras(shown(areas), spoken, most),
];

test('those who spoke last, then those who came first', () => {
  const same = [90_000, 90_000, 90_300, 90_000];
  expect(choose(same, [], 2)).toEqual([ann, ben]);
  expect(choose(same, [dee, cyd], 3)).toEqual([dee, cyd, ann]);
  const unseen = [undefined, undefined, undefined, undefined];
  expect(choose(unseen, [cyd], 2)).toEqual([cyd, ann]);
});

test('what the page shows goes before who speaks, and the larger before the smaller', () => {
  expect(choose([undefined, 10_000, undefined, 10_000], [ann], 2)).toEqual([ben, dee]);
  expect(choose([10_000, 10_000, 10_000, 90_000], [ann], 2)).toEqual([dee, ann]);
});

test('what is out of sight takes no place: pages of tiles show those of the page', () => {
  expect(choose([0, 0, 90_000, 90_000], [ann, ben], 2)).toEqual([cyd, dee]);
  expect(choose([0, 0, 0, 90_000], [ann, ben], 2)).toEqual([dee]);
});

test('never more than there may be, never fewer than there could be', () => {
  const area = fc.oneof(
    fc.constant(undefined),
    fc.constant(0),
    fc.constant(Number.POSITIVE_INFINITY),
    fc.nat(2_000_000),
  );
  fc.assert(
    fc.property(
      fc.tuple(area, area, area, area),
      fc.uniqueArray(fc.constantFrom(...everyone)),
      fc.nat(6),
      (areas, spoken, most) => {
        const chosen = choose(areas, spoken, most);
        const inSight = areas.filter(each => each !== 0).length;
        expect(chosen).toHaveLength(Math.min(most, inSight));
        // With one place more nobody loses theirs.
        const more = choose(areas, spoken, most + 1);
        expect(chosen.every(id => more.includes(id))).toBe(true);
      },
    ),
  );
});
