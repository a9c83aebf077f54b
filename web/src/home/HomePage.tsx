import Box from '@mui/material/Box';
import Container from '@mui/material/Container';
import Divider from '@mui/material/Divider';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { PageHeader } from '../brand/PageHeader.tsx';
import { Surface } from '../theme/Surface.tsx';
import { HomePicture } from './HomePicture.tsx';
import { JoinForm } from './JoinForm.tsx';
import { NewMeetingButton } from './NewMeetingButton.tsx';

/** The front door: begin a meeting or go to one. */
export function HomePage() {
  const { t } = useTranslation('home');
  return (
    <Surface>
      <Container maxWidth="lg" sx={{ minHeight: '100%', display: 'flex', flexDirection: 'column' }}>
        <PageHeader />
        <Box
          component="main"
          sx={{
            flex: 1,
            display: 'grid',
            gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'minmax(0, 6fr) minmax(0, 5fr)' },
            gap: { xs: 5, md: 8 },
            alignItems: 'center',
            pb: { xs: 6, md: 12 },
            pt: { xs: 4, md: 0 },
          }}
        >
          <Stack spacing={4}>
            <Stack spacing={2}>
              <Typography variant="h1">{t('title')}</Typography>
              <Typography sx={{ fontSize: '1.15rem', color: 'text.secondary', maxWidth: '34ch' }}>
                {t('lead')}
              </Typography>
            </Stack>
            <NewMeetingButton />
            <Divider textAlign="left" sx={{ color: 'text.secondary', fontSize: '0.875rem' }}>
              {t('or')}
            </Divider>
            <JoinForm />
          </Stack>
          <Box sx={{ display: { xs: 'none', md: 'block' } }}>
            <HomePicture />
          </Box>
        </Box>
      </Container>
    </Surface>
  );
}
