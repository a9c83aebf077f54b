import ContrastIcon from '@mui/icons-material/Contrast';
import { useTranslation } from 'react-i18next';
import { useStore } from '../state/useStore.ts';
import { appearance, appearances, chooseAppearance } from './appearance.ts';
import { IconSelect } from './IconSelect.tsx';

/** Light, dark, or as the system is. */
export function AppearanceSelect() {
  const { t } = useTranslation();
  return (
    <IconSelect
      label={t('appearance.label')}
      icon={<ContrastIcon fontSize="small" aria-hidden />}
      value={useStore(appearance)}
      options={appearances.map(value => ({ value, label: t(`appearance.${value}`) }))}
      onChoose={chooseAppearance}
    />
  );
}
