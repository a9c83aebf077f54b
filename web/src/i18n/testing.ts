import i18next from 'i18next';
import type { Translate } from './i18n.ts';
import type { Language } from './languages.ts';
import { type AllWords, fetchWords, wordGroups } from './words.ts';

/** What says things in one language, out of one namespace, for tests. */
export async function translatorOf<N extends keyof AllWords = 'common'>(
  language: Language = 'en',
  namespace?: N,
): Promise<Translate<N>> {
  const instance = i18next.createInstance();
  const groups = await Promise.all(wordGroups.map(group => fetchWords(group, language)));
  const resources = Object.assign({}, ...groups);
  await instance.init({
    lng: language,
    fallbackLng: false,
    defaultNS: 'common',
    interpolation: { escapeValue: false },
    resources: { [language]: resources as Record<string, Record<string, string>> },
  });
  return instance.getFixedT(language, namespace ?? 'common') as Translate<N>;
}
