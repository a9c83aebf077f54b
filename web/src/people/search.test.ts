import { expect, test } from 'vitest';
import { matching } from './search.ts';

const people = ['Ada Lovelace', 'Grace Hopper', 'José Ñandú', 'محمّد'].map(name => ({ name }));
const found = (query: string) => matching(people, query).map(({ name }) => name);

test('people are found by parts of their names, without accents and capitals', () => {
  expect(found('')).toHaveLength(4);
  expect(found('  ADA ')).toEqual(['Ada Lovelace']);
  expect(found('hopper gra')).toEqual(['Grace Hopper']);
  expect(found('nandu')).toEqual(['José Ñandú']);
  expect(found('محمد')).toEqual(['محمّد']);
  expect(found('nobody')).toEqual([]);
});
