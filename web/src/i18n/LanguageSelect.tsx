import LanguageIcon from '@mui/icons-material/Language';
import { useTranslation } from 'react-i18next';
import { IconSelect } from '../theme/IconSelect.tsx';
import { speak } from './i18n.ts';
import { languageCodes, languages } from './languages.ts';
import { useLanguage } from './useLanguage.ts';

/** The languages of the page, each called as it calls itself. */
export function LanguageSelect() {
  const { t } = useTranslation();
  return (
    <IconSelect
      label={t('language')}
      icon={<LanguageIcon fontSize="small" aria-hidden />}
      value={useLanguage()}
      options={languageCodes.map(code => ({ value: code, label: languages[code].name, lang: code }))}
      onChoose={code => void speak(code)}
    />
  );
}
