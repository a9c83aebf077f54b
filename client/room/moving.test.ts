import type { MediaGeneration, Participant, Producer } from '@parley/protocol';
import { expect, test } from 'vitest';
import { participant, producer } from './fixtures.ts';
import { hasMoved, producersOf, shownOf } from './moving.ts';

const generation = (name: string) => name as MediaGeneration;
const still = { generation: generation('g2') };
const moving = { ...still, former: generation('g1') };
const of = (name: string, one: Producer): Producer => ({ ...one, generation: generation(name) });

const ann = participant('ann', of('g1', producer('a1')), of('g2', producer('a2')));
const bob = participant('bob', of('g1', producer('b1')), of('g1', producer('bm', 'microphone')));
const eve = participant('eve', producer('e2'));
const people = [ann, bob, eve];

const shown = (participants: readonly Participant[]) =>
  participants.map(({ producers }) => producers.map(({ id }) => id as string));
const arrived =
  (...ids: string[]) =>
  ({ id }: Producer) =>
    ids.includes(id);

test('V2 producers belong to their generation, those that name none to the current one', () => {
  expect([...producersOf(people, moving, moving.generation)]).toEqual(['a2', 'e2']);
  expect([...producersOf(people, moving, moving.former)]).toEqual(['a1', 'b1', 'bm']);
  expect([...producersOf([eve], still, undefined)]).toEqual([]);
});

test('V2 the former picture is shown until the current one has arrived', () => {
  expect(shown(shownOf(people, moving, arrived()))).toEqual([['a1'], ['b1', 'bm'], ['e2']]);
  expect(shown(shownOf(people, moving, arrived('a2')))).toEqual([['a2'], ['b1', 'bm'], ['e2']]);
});

test('while nothing moves everything is shown as it is', () => {
  expect(shownOf(people, still, arrived())).toBe(people);
});

test('V4 a participant has moved once nothing of the former media is shown', () => {
  expect(hasMoved(people, moving, arrived('a2'))).toBe(false);
  expect(hasMoved([ann, eve], moving, arrived())).toBe(false);
  expect(hasMoved([ann, eve], moving, arrived('a2'))).toBe(true);
  expect(hasMoved([], moving, arrived())).toBe(true);
});
