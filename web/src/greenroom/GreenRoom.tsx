import Box from '@mui/material/Box';
import Container from '@mui/material/Container';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { PageHeader } from '../brand/PageHeader.tsx';
import { DeviceFields } from '../devices/DeviceFields.tsx';
import { DeviceNewsAlert } from '../devices/DeviceNewsAlert.tsx';
import { LevelMeter } from '../devices/LevelMeter.tsx';
import { useCapture } from '../devices/useCapture.ts';
import { InviteButtons } from '../invite/InviteButtons.tsx';
import { CameraPreview } from './CameraPreview.tsx';
import { CaptureProblems } from './CaptureProblems.tsx';
import { NameForm } from './NameForm.tsx';

interface Props {
  room: string;
  name: string;
  onJoin: (name: string) => void;
  /** Seems to be about to join. */
  onIntent: () => void;
}

/** Where one checks picture, sound and name before going in. */
export function GreenRoom({ room, name, onJoin, onIntent }: Props) {
  const { t } = useTranslation('greenroom');
  const { capture } = useCapture('microphone');
  return (
    <Container maxWidth="lg" sx={{ minHeight: '100%', display: 'flex', flexDirection: 'column' }}>
      <PageHeader />
      <Box
        component="main"
        sx={{
          flex: 1,
          display: 'grid',
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'minmax(0, 3fr) minmax(0, 2fr)' },
          gap: { xs: 3, md: 6 },
          alignContent: { xs: 'start', md: 'center' },
          alignItems: 'center',
          pb: { xs: 4, md: 10 },
        }}
      >
        <Stack spacing={1.5}>
          <CameraPreview />
          <LevelMeter track={capture.status === 'on' ? capture.track : undefined} />
        </Stack>
        <Stack spacing={3}>
          <Stack spacing={0.5}>
            <Typography variant="h2" component="h1" sx={{ overflowWrap: 'anywhere' }}>
              {room}
            </Typography>
            <Typography sx={{ color: 'text.secondary' }}>{t('check')}</Typography>
            <InviteButtons />
          </Stack>
          <NameForm name={name} onJoin={onJoin} onIntent={onIntent} />
          <CaptureProblems />
          <DeviceNewsAlert />
          <DeviceFields />
        </Stack>
      </Box>
    </Container>
  );
}
