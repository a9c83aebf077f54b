import i18next from 'i18next';
import type { Translate } from './i18n.ts';
import type { Language } from './languages.ts';
import { type EntryWords, fetchWords, type MeetingWords } from './words.ts';

/** What says things in one language, out of one namespace, for tests. */
export async function translatorOf<N extends keyof (EntryWords & MeetingWords) = 'common'>(
  language: Language = 'en',
  namespace?: N,
): Promise<Translate<N>> {
  const instance = i18next.createInstance();
  const resources = { ...(await fetchWords('entry', language)), ...(await fetchWords('meeting', language)) };
  await instance.init({
    lng: language,
    fallbackLng: false,
    defaultNS: 'common',
    interpolation: { escapeValue: false },
    resources: { [language]: resources as Record<string, Record<string, string>> },
  });
  return instance.getFixedT(language, namespace ?? 'common') as Translate<N>;
}
