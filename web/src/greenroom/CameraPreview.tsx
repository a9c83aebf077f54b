import Box from '@mui/material/Box';
import CircularProgress from '@mui/material/CircularProgress';
import Typography from '@mui/material/Typography';
import { VideoView } from '@parley/react';
import { useTranslation } from 'react-i18next';
import { CaptureButton } from '../devices/CaptureButton.tsx';
import { useCapture } from '../devices/useCapture.ts';
import { useMirrored } from '../devices/useMirrored.ts';

/** How the others would see one, with the switches on it. */
export function CameraPreview() {
  const { t } = useTranslation('greenroom');
  const { capture } = useCapture('camera');
  const mirrored = useMirrored();
  return (
    <Box
      sx={{
        position: 'relative',
        aspectRatio: { xs: '4 / 3', sm: '16 / 9' },
        borderRadius: 2,
        overflow: 'hidden',
        bgcolor: '#131c1b',
        color: '#eef4f3',
        display: 'grid',
        placeItems: 'center',
      }}
    >
      {capture.status === 'on' && <VideoView track={capture.track} mirrored={mirrored} />}
      {capture.status === 'starting' && (
        <Box sx={{ display: 'grid', justifyItems: 'center', gap: 2, px: 3, textAlign: 'center' }}>
          <CircularProgress size={30} aria-label={t('startingCamera')} sx={{ color: '#3ecfbd' }} />
          <Typography>{t('mayAsk')}</Typography>
        </Box>
      )}
      {(capture.status === 'off' || capture.status === 'failed') && (
        <Typography sx={{ fontSize: 18 }}>{t('cameraOff')}</Typography>
      )}
      <Box sx={{ position: 'absolute', bottom: 16, left: 0, right: 0 }}>
        <Box sx={{ display: 'flex', gap: 1.5, justifyContent: 'center' }}>
          <CaptureButton kind="microphone" />
          <CaptureButton kind="camera" />
        </Box>
      </Box>
    </Box>
  );
}
