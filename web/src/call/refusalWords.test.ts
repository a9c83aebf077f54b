import { RefusalError } from '@parley/protocol';
import { expect, test } from 'vitest';
import { translatorOf } from '../i18n/testing.ts';
import { refusalWords } from './refusalWords.ts';

test('what the server refuses is said in the person’s language, by its code', async () => {
  const [english, german] = [await translatorOf('en', 'moderation'), await translatorOf('de', 'moderation')];
  const forbidden = new RefusalError('forbidden', 'Only owners may.');
  expect(refusalWords(forbidden, english)).toBe('You may not do that. Somebody may have changed your role.');
  expect(refusalWords(forbidden, german)).toMatch(/^Das dürfen Sie nicht/);
  expect(refusalWords(new RefusalError('busy', 'Later.'), english)).toBe(
    'The server cannot be reached right now. Try again in a moment.',
  );
  expect(refusalWords(new RefusalError('bad_request', 'It is too long.'), english)).toBe(
    'That did not work: It is too long.',
  );
  expect(refusalWords(new Error('Oops'), english)).toBe('That did not work. Try again.');
});
