import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { Brand } from '../brand/Brand.tsx';
import { LobbyPicture } from './LobbyPicture.tsx';

interface Props {
  room: string;
  /** Whether somebody is there who can let the person in. */
  hostPresent: boolean;
  onCancel: () => void;
}

/** Before the door: the person waits until a host lets them in. */
export function InLobby({ room, hostPresent, onCancel }: Props) {
  return (
    <Box sx={{ minHeight: '100dvh', display: 'flex', flexDirection: 'column', px: { xs: 2.5, sm: 4 } }}>
      <Box component="header" sx={{ py: 2.5 }}>
        <Brand />
      </Box>
      <Stack
        component="main"
        spacing={2.5}
        sx={{ flex: 1, alignItems: 'center', justifyContent: 'center', textAlign: 'center', pb: 12 }}
      >
        <LobbyPicture />
        <Typography variant="h2" component="h1">
          {hostPresent ? 'You will be let in soon' : 'You wait for a host'}
        </Typography>
        <Box role="status" sx={{ color: 'text.secondary', lineHeight: 1.55, maxWidth: 440 }}>
          {hostPresent
            ? 'The hosts see that you are waiting, and let you in when they are ready.'
            : 'No host is here yet. You can simply wait: once one comes, they see you.'}
          <br />
          Nobody in {room} can see or hear you until then.
        </Box>
        <Button variant="outlined" size="large" onClick={onCancel}>
          Stop waiting
        </Button>
      </Stack>
    </Box>
  );
}
