import Box from '@mui/material/Box';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useLevel } from './useLevel.ts';

/** A bar that moves with one's voice. */
export function LevelMeter({ track }: { track: MediaStreamTrack | undefined }) {
  const { t } = useTranslation('devices');
  const bar = useRef<HTMLDivElement>(null);
  useLevel(track, bar);
  return (
    <Box
      ref={bar}
      role="meter"
      aria-label={t('level')}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={0}
      sx={{ height: 6, borderRadius: 3, bgcolor: 'action.hover', overflow: 'hidden' }}
    >
      <Box
        sx={{
          height: '100%',
          borderRadius: 3,
          bgcolor: 'primary.main',
          width: 'calc(var(--level, 0) * 100%)',
          transition: 'width 80ms linear',
        }}
      />
    </Box>
  );
}
