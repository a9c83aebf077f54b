import type { MediaGeneration, Participant, Producer } from '@parley/protocol';
import { describe, expect, test } from 'vitest';
import { participant, producer } from './fixtures.ts';
import { hasMoved, isCurrent, producersOf, shownOf } from './moving.ts';

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
  expect([...producersOf(people, moving).current]).toEqual(['a2', 'e2']);
  expect([...producersOf(people, moving).former]).toEqual(['a1', 'b1', 'bm']);
  expect([...producersOf([eve], still).former]).toEqual([]);
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

describe('of a room on several SFUs', () => {
  const several = { generation: generation('g2'), branches: [generation('g3')], former: generation('g1') };
  const sue = participant('sue', of('g3', producer('s3')));

  test('V9 what any of them carries belongs to it', () => {
    const { former: _, ...calm } = several;
    expect([...producersOf([eve, sue], calm).current]).toEqual(['e2', 's3']);
    expect(['g2', 'g3', 'g1'].map(name => isCurrent(several, generation(name)))).toEqual([true, true, false]);
  });

  test('V10 only what one of them leaves is exchanged', () => {
    const all = [...people, sue];
    expect([...producersOf(all, several).current]).toEqual(['a2', 'e2', 's3']);
    expect([...producersOf(all, several).former]).toEqual(['a1', 'b1', 'bm']);
    expect(shown(shownOf(all, several, arrived()))).toEqual([['a1'], ['b1', 'bm'], ['e2'], ['s3']]);
    expect(hasMoved([ann, sue], several, arrived())).toBe(false);
    expect(hasMoved([ann, sue], several, arrived('a2'))).toBe(true);
    const elsewhere = participant('ann', of('g1', producer('a1')), of('g3', producer('a3')));
    expect(shown(shownOf([elsewhere], several, arrived('a3')))).toEqual([['a3']]);
  });
});
