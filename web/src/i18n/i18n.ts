import i18next, { type TFunction } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { readStored, writeStored } from '../state/storage.ts';
import { isLanguage, type Language, languages, pickLanguage } from './languages.ts';
import { type EntryWords, fetchWords, type MeetingWords, type WordGroup } from './words.ts';

/** What says things in the person's language, out of one namespace: what `useTranslation(namespace)` gives as `t`. */
export type Translate<N extends keyof (EntryWords & MeetingWords) = 'common'> = TFunction<N>;

const key = 'parley.language';
const wanted = new Set<WordGroup>();

/** Begins in the language of the link (`?lang=`), else the one chosen last, else the browser's. To be awaited before anything is drawn. */
export async function startWords(search: string): Promise<void> {
  const asked = new URLSearchParams(search).get('lang');
  const remembered = readStored('local', key);
  const wishes = [asked, remembered, ...navigator.languages].filter(wish => wish != null);
  await i18next.use(initReactI18next).init({
    lng: pickLanguage(wishes),
    fallbackLng: false,
    defaultNS: 'common',
    // React escapes.
    interpolation: { escapeValue: false },
    resources: {},
  });
  i18next.on('languageChanged', showLanguage);
  await loadWords('entry');
  showLanguage();
}

/** Fetches a group of words in the language that is spoken; any other language is then fetched with it as well. */
export async function loadWords(group: WordGroup): Promise<void> {
  wanted.add(group);
  await load(group, currentLanguage());
}

/** Speaks another language from now on, and remembers it. */
export async function speak(language: Language): Promise<void> {
  await Promise.all([...wanted].map(group => load(group, language)));
  writeStored('local', key, language);
  await i18next.changeLanguage(language);
}

export function currentLanguage(): Language {
  return isLanguage(i18next.language) ? i18next.language : 'en';
}

async function load(group: WordGroup, language: Language): Promise<void> {
  for (const [namespace, words] of Object.entries(await fetchWords(group, language))) {
    i18next.addResourceBundle(language, namespace, words);
  }
}

/** Tells the browser and screen readers. */
function showLanguage(): void {
  const language = currentLanguage();
  document.documentElement.lang = language;
  document.documentElement.dir = languages[language].direction;
}
