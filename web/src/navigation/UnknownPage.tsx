import Container from '@mui/material/Container';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { Brand } from '../brand/Brand.tsx';
import { JoinForm } from '../home/JoinForm.tsx';
import { Surface } from '../theme/Surface.tsx';

/** For an address that no meeting can have. */
export function UnknownPage() {
  return (
    <Surface>
      <Container maxWidth="sm" sx={{ py: 2.5 }}>
        <header>
          <Brand />
        </header>
        <Stack component="main" spacing={3} sx={{ pt: { xs: 8, sm: 14 } }}>
          <Typography variant="h2" component="h1">
            No meeting can have this address
          </Typography>
          <Typography sx={{ color: 'text.secondary' }}>
            Links look like /team-standup or /acme/team-standup, in letters, digits and hyphens. Check the
            link, or type the meeting's name.
          </Typography>
          <JoinForm />
        </Stack>
      </Container>
    </Surface>
  );
}
