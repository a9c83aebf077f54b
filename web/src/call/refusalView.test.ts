import { RefusalCode } from '@parley/protocol';
import { describe, expect, it } from 'vitest';
import { languageCodes } from '../i18n/languages.ts';
import { translatorOf } from '../i18n/testing.ts';
import { reasonOf, refusalView } from './refusalView.ts';

describe.each(languageCodes)('refusals in %s', async language => {
  const t = await translatorOf(language, 'call');
  it.each(RefusalCode.options)('have words for %s', code => {
    const { title, text } = refusalView({ code, message: '' }, t, language);
    expect(title).not.toContain('refused.');
    expect(text).not.toContain('refused.');
  });
});

describe('what the server says', () => {
  const reason = (language: 'en' | 'de', code: RefusalCode, message: string) =>
    reasonOf({ code, title: 'There is no such meeting', text: 'Own words.', message }, language);

  it.each([
    ['There is no such meeting. Check the link.', 'Check the link.'],
    ['There is no such meeting.', 'Own words.'],
    ['There is no such meeting here.', 'There is no such meeting here.'],
  ])('is shown in English: %s', (message, text) =>
    expect(reason('en', 'room_not_found', message)).toEqual({ text, detail: undefined }),
  );

  it('is shown elsewhere only if the code leaves something open', () => {
    expect(reason('de', 'room_full', 'It has space for 3.')).toEqual({
      text: 'Own words.',
      detail: undefined,
    });
    expect(reason('de', 'room_rejected', 'It names no pool.').detail).toBe('It names no pool.');
  });
});
