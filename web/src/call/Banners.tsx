import MicOffIcon from '@mui/icons-material/MicOff';
import VolumeUpIcon from '@mui/icons-material/VolumeUp';
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import CircularProgress from '@mui/material/CircularProgress';
import Stack from '@mui/material/Stack';
import { useTranslation } from 'react-i18next';
import { CaptureProblem } from '../devices/CaptureProblem.tsx';
import { DeviceNewsAlert } from '../devices/DeviceNewsAlert.tsx';
import { useDevices } from '../devices/devicesContext.ts';
import { LobbyPanel } from '../lobby/LobbyPanel.tsx';
import { useStore } from '../state/useStore.ts';
import { mutedText } from './moderation.ts';
import { refusalWords } from './refusalWords.ts';
import { useCall, useSession } from './sessionContext.ts';

const reconnecting = {
  signaling: 'The connection was lost. Reconnecting; you may still see and hear the others.',
  media: 'Sound and picture were interrupted. Restoring them.',
};

/** What a person should know or do while they are in the call. */
export function Banners() {
  const { t: tModeration } = useTranslation('moderation');
  const { state, self } = useCall();
  const { screen, publisher, moderator } = useSession();
  const { output } = useDevices();
  const shared = useStore(screen);
  const problem = useStore(publisher.problem);
  const muted = useStore(publisher.muted);
  const undecided = useStore(moderator.problem);
  const blocked = useStore(output.blocked);

  return (
    <Stack
      spacing={1}
      sx={{
        position: 'absolute',
        top: { xs: 52, sm: 60 },
        left: 12,
        right: 12,
        mx: 'auto',
        maxWidth: 520,
        zIndex: 'snackbar',
        pointerEvents: 'none',
        '& > *': { pointerEvents: 'auto', boxShadow: 8 },
      }}
    >
      {state.status === 'reconnecting' && (
        <Alert
          severity="warning"
          variant="filled"
          icon={<CircularProgress size={20} color="inherit" aria-hidden />}
        >
          {reconnecting[state.cause]}
        </Alert>
      )}
      <LobbyPanel />
      {blocked && (
        <Alert
          severity="info"
          variant="filled"
          icon={<VolumeUpIcon />}
          action={
            <Button
              color="inherit"
              variant="outlined"
              size="small"
              sx={{ whiteSpace: 'nowrap' }}
              onClick={() => void output.resume()}
            >
              Click to hear
            </Button>
          }
        >
          Your browser has muted this page.
        </Alert>
      )}
      {muted !== undefined && (
        <Alert
          role="status"
          severity="info"
          variant="filled"
          icon={<MicOffIcon />}
          onClose={() => publisher.muted.set(undefined)}
        >
          {mutedText(muted, self?.mutedBy, tModeration)}
        </Alert>
      )}
      {undecided !== undefined && (
        <Alert severity="error" variant="filled" onClose={() => moderator.problem.set(undefined)}>
          {refusalWords(undecided.error, tModeration)}
        </Alert>
      )}
      {problem !== undefined && (
        <Alert severity="error" variant="filled" onClose={() => publisher.problem.set(undefined)}>
          {problem}
        </Alert>
      )}
      {shared.status === 'failed' && (
        <Alert severity="error" variant="filled" onClose={screen.stop}>
          Your screen cannot be shared. Your system or browser may forbid it.
        </Alert>
      )}
      <CaptureProblem kind="microphone" dismissable />
      <CaptureProblem kind="camera" dismissable />
      <DeviceNewsAlert />
    </Stack>
  );
}
