import CircularProgress from '@mui/material/CircularProgress';
import Stack from '@mui/material/Stack';
import { useTranslation } from 'react-i18next';
import { Surface } from './Surface.tsx';

/** While a page's code is on its way. */
export function LoadingPage() {
  const { t } = useTranslation();
  return (
    <Surface>
      <Stack sx={{ minHeight: '100dvh', alignItems: 'center', justifyContent: 'center' }}>
        <CircularProgress aria-label={t('loading')} />
      </Stack>
    </Surface>
  );
}
