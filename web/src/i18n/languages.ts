/** The languages that the page speaks, with their own names for themselves and the way in which they are written. */
export const languages = {
  en: { name: 'English', direction: 'ltr' },
  de: { name: 'Deutsch', direction: 'ltr' },
  es: { name: 'Español', direction: 'ltr' },
  ar: { name: 'العربية', direction: 'rtl' },
} as const satisfies Record<string, { name: string; direction: 'ltr' | 'rtl' }>;

export type Language = keyof typeof languages;

export const languageCodes = Object.keys(languages) as Language[];

export function isLanguage(code: string | undefined): code is Language {
  return code !== undefined && Object.hasOwn(languages, code);
}

/** The first of the wished languages (BCP 47, as of `navigator.languages`) that the page speaks, else English. */
export function pickLanguage(wishes: readonly string[]): Language {
  return wishes.map(wish => wish.toLowerCase().split('-')[0]).find(isLanguage) ?? 'en';
}
