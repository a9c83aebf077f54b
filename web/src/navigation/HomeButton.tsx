import Button from '@mui/material/Button';
import { useTranslation } from 'react-i18next';
import { navigate } from './navigation.ts';

/** Leads to the front page. */
export function HomeButton() {
  const { t } = useTranslation();
  return (
    <Button variant="text" size="large" onClick={() => navigate('/')}>
      {t('home')}
    </Button>
  );
}
