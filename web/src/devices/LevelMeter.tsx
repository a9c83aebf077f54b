import Box from '@mui/material/Box';
import { useRef } from 'react';
import { useLevel } from './useLevel.ts';

/** A bar that moves with one's voice. */
export function LevelMeter({ track }: { track: MediaStreamTrack | undefined }) {
  const bar = useRef<HTMLDivElement>(null);
  useLevel(track, bar);
  return (
    <Box
      ref={bar}
      role="meter"
      aria-label="Microphone level"
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
          transformOrigin: 'left',
          transform: 'scaleX(var(--level, 0))',
          transition: 'transform 80ms linear',
        }}
      />
    </Box>
  );
}
