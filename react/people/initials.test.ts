import { expect, it } from 'vitest';
import { colourOf, initials } from './initials.ts';

it.each([
  ['Ada', 'A'],
  ['ada lovelace', 'AL'],
  ['Ada King of Lovelace', 'AL'],
  ['👩‍🔬 Ada', '👩‍🔬A'],
  ['  ', '?'],
])('%s is %s', (name, letters) => expect(initials(name)).toBe(letters));

it('keeps its colour', () => expect(colourOf('Ada')).toBe(colourOf('Ada')));
