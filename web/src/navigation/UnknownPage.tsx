import Container from '@mui/material/Container';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { PageHeader } from '../brand/PageHeader.tsx';
import { JoinForm } from '../home/JoinForm.tsx';
import { Surface } from '../theme/Surface.tsx';

/** For an address that no meeting can have. */
export function UnknownPage() {
  const { t } = useTranslation();
  return (
    <Surface>
      <Container maxWidth="sm" sx={{ pb: 2.5 }}>
        <PageHeader />
        <Stack component="main" spacing={3} sx={{ pt: { xs: 8, sm: 14 } }}>
          <Typography variant="h2" component="h1">
            {t('unknownPage.title')}
          </Typography>
          <Typography sx={{ color: 'text.secondary' }}>{t('unknownPage.text')}</Typography>
          <JoinForm />
        </Stack>
      </Container>
    </Surface>
  );
}
