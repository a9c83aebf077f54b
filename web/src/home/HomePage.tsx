import Box from '@mui/material/Box';
import Container from '@mui/material/Container';
import Divider from '@mui/material/Divider';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { Brand } from '../brand/Brand.tsx';
import { Surface } from '../theme/Surface.tsx';
import { HomePicture } from './HomePicture.tsx';
import { JoinForm } from './JoinForm.tsx';
import { NewMeetingButton } from './NewMeetingButton.tsx';

/** The front door: begin a meeting or go to one. */
export function HomePage() {
  return (
    <Surface>
      <Container maxWidth="lg" sx={{ minHeight: '100%', display: 'flex', flexDirection: 'column' }}>
        <Box component="header" sx={{ py: 2.5 }}>
          <Brand />
        </Box>
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
              <Typography variant="h1">Meet face to face, in any browser.</Typography>
              <Typography sx={{ fontSize: '1.15rem', color: 'text.secondary', maxWidth: '34ch' }}>
                Open a link and you are in. Nothing to install, no account to make.
              </Typography>
            </Stack>
            <NewMeetingButton />
            <Divider textAlign="left" sx={{ color: 'text.secondary', fontSize: '0.875rem' }}>
              or join one
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
