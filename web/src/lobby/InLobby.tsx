import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
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
  const { t } = useTranslation('lobby');
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
          {hostPresent ? t('soon.title') : t('noHost.title')}
        </Typography>
        <Box role="status" sx={{ color: 'text.secondary', lineHeight: 1.55, maxWidth: 440 }}>
          {hostPresent ? t('soon.text') : t('noHost.text')}
          <br />
          {t('unseen', { room })}
        </Box>
        <Button variant="outlined" size="large" onClick={onCancel}>
          {t('stopWaiting')}
        </Button>
      </Stack>
    </Box>
  );
}
