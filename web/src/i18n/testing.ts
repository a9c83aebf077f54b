import i18next, { type TFunction } from 'i18next';
import type { Language } from './languages.ts';
import { fetchWords } from './words.ts';

/** What says things in one language, for tests. */
export async function translatorOf(language: Language = 'en'): Promise<TFunction> {
  const instance = i18next.createInstance();
  const resources = { ...(await fetchWords('entry', language)), ...(await fetchWords('meeting', language)) };
  await instance.init({
    lng: language,
    fallbackLng: false,
    defaultNS: 'common',
    interpolation: { escapeValue: false },
    resources: { [language]: resources as Record<string, Record<string, string>> },
  });
  return instance.t;
}
