import i18next, { type TFunction } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { readStored, writeStored } from '../state/storage.ts';
import { prepareDirection } from '../theme/styleCaches.ts';
import { isLanguage, type Language, languages, pickLanguage } from './languages.ts';
import { type AllWords, fetchWords, type WordGroup } from './words.ts';

/** What says things in the person's language, out of one namespace: what `useTranslation(namespace)` gives as `t`. */
export type Translate<N extends keyof AllWords = 'common'> = TFunction<N>;

const key = 'parley.language';
const wanted = new Set<WordGroup>();

/**
 * Begins in the language of the link (`?lang=`), else the one chosen last, else the browser's; in English, which the page brings along, if
 * the words of that cannot be fetched. To be awaited before anything is drawn.
 */
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
  try {
    await loadWords('entry');
  } catch {
    await load('entry', 'en');
    await i18next.changeLanguage('en');
  }
  showLanguage();
}

/** Fetches a group of words in the language that is spoken; any other language is then fetched with it as well. */
export async function loadWords(group: WordGroup): Promise<void> {
  wanted.add(group);
  await load(group, currentLanguage());
}

/** Speaks another language from now on, and remembers it; if its words cannot be fetched, all stays as it is. */
export async function speak(language: Language): Promise<void> {
  try {
    await Promise.all([...wanted].map(group => load(group, language)));
  } catch {
    return;
  }
  writeStored('local', key, language);
  await i18next.changeLanguage(language);
}

export function currentLanguage(): Language {
  return isLanguage(i18next.language) ? i18next.language : 'en';
}

async function load(group: WordGroup, language: Language): Promise<void> {
  const [words] = await Promise.all([
    fetchWords(group, language),
    prepareDirection(languages[language].direction),
  ]);
  for (const [namespace, texts] of Object.entries(words)) {
    i18next.addResourceBundle(language, namespace, texts);
  }
}

/** Tells the browser and screen readers. */
function showLanguage(): void {
  const language = currentLanguage();
  document.documentElement.lang = language;
  document.documentElement.dir = languages[language].direction;
}
