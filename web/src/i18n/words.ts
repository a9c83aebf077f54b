/** Which words belong together, and how they are fetched: each with the code that says them. */
import type { Language } from './languages.ts';
import enEntry from './locales/en/entry.ts';
import type enInCall from './locales/en/inCall.ts';
import type enMeeting from './locales/en/meeting.ts';

/** Words by namespace. What plural forms there are differs between languages, which a test looks after. */
type Words = Record<string, object>;
type Source = { default: Words };

/** All words by namespace, as they are in English. */
export type AllWords = typeof enEntry & typeof enMeeting & typeof enInCall;

/** `entry`: of all pages and the front page; `meeting`: of the green room and of how one comes and goes; `inCall`: of the call itself. */
export type WordGroup = 'entry' | 'meeting' | 'inCall';
export const wordGroups: readonly WordGroup[] = ['entry', 'meeting', 'inCall'];

const sources: Record<WordGroup, Record<Language, () => Promise<Source> | Source>> = {
  entry: {
    // English comes with the page, so that nothing has to be waited for in it.
    en: () => ({ default: enEntry }),
    de: () => import('./locales/de/entry.ts'),
    es: () => import('./locales/es/entry.ts'),
    ar: () => import('./locales/ar/entry.ts'),
  },
  meeting: {
    en: () => import('./locales/en/meeting.ts'),
    de: () => import('./locales/de/meeting.ts'),
    es: () => import('./locales/es/meeting.ts'),
    ar: () => import('./locales/ar/meeting.ts'),
  },
  inCall: {
    en: () => import('./locales/en/inCall.ts'),
    de: () => import('./locales/de/inCall.ts'),
    es: () => import('./locales/es/inCall.ts'),
    ar: () => import('./locales/ar/inCall.ts'),
  },
};

export async function fetchWords(group: WordGroup, language: Language): Promise<Words> {
  const source = await sources[group][language]();
  return source.default;
}
