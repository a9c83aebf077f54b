/** Which words belong together, and how they are fetched: those of the front page at once, the others with the meeting. */
import type { Language } from './languages.ts';
import enEntry from './locales/en/entry.ts';
import type enMeeting from './locales/en/meeting.ts';

/** Words by namespace. What plural forms there are differs between languages, which a test looks after. */
type Words = Record<string, object>;
type Source = { default: Words };

export type EntryWords = typeof enEntry;
export type MeetingWords = typeof enMeeting;

export type WordGroup = 'entry' | 'meeting';

/** English comes with the page, so that nothing has to be waited for in it. */
const entry: Record<Language, () => Promise<Source> | Source> = {
  en: () => ({ default: enEntry }),
  de: () => import('./locales/de/entry.ts'),
  es: () => import('./locales/es/entry.ts'),
  ar: () => import('./locales/ar/entry.ts'),
};

const meeting: Record<Language, () => Promise<Source>> = {
  en: () => import('./locales/en/meeting.ts'),
  de: () => import('./locales/de/meeting.ts'),
  es: () => import('./locales/es/meeting.ts'),
  ar: () => import('./locales/ar/meeting.ts'),
};

export async function fetchWords(group: WordGroup, language: Language): Promise<Words> {
  const source = await (group === 'entry' ? entry : meeting)[language]();
  return source.default;
}
