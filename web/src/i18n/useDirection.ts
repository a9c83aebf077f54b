import { useTranslation } from 'react-i18next';
import { isLanguage, languages } from './languages.ts';

/** In which direction the page is written now. */
export function useDirection(): 'ltr' | 'rtl' {
  const { i18n } = useTranslation();
  return isLanguage(i18n.language) ? languages[i18n.language].direction : 'ltr';
}
