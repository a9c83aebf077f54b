import { expect, test } from 'vitest';
import { translatorOf } from '../i18n/testing.ts';
import { spokenReactions } from './spoken.ts';

test('few reactions are said with their names, many are counted', async () => {
  const t = await translatorOf('en', 'reactions');
  const ada = { name: 'Ada', reaction: 'clap' } as const;
  expect(spokenReactions([ada, { name: 'Grace', reaction: 'heart' }], t)).toBe(
    'Ada: applause. Grace: heart.',
  );
  expect(spokenReactions([ada, ada, ada, ada], t)).toBe('4 reactions.');
});
