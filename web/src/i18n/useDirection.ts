import { languages } from './languages.ts';
import { useLanguage } from './useLanguage.ts';

/** In which direction the page is written now. */
export function useDirection(): 'ltr' | 'rtl' {
  return languages[useLanguage()].direction;
}
