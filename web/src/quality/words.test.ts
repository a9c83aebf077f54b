import { expect, it } from 'vitest';
import { translatorOf } from '../i18n/testing.ts';
import { badgeWords } from './words.ts';

it('says how well somebody is seen and heard, and why no better', async () => {
  const t = await translatorOf('en', 'quality');
  expect(badgeWords({ level: 'good' }, t)).toBeUndefined();
  expect(badgeWords({ level: 'fair' }, t)).toBe('Fair connection');
  expect(badgeWords({ level: 'poor', reason: 'theirs' }, t)).toBe('Poor connection: their network');
  expect(badgeWords({ level: 'fair', reason: 'server' }, t)).toBe('Fair connection: the server');
});
