import Box from '@mui/material/Box';
import { useView, VideoView } from '@parley/react';
import { useRef } from 'react';
import type { Size } from './layout.ts';
import type { SharedScreen } from './people.ts';

/** The screen that somebody shares, whole. */
export function ScreenStage({ screen, size }: { screen: SharedScreen; size: Size }) {
  const stage = useRef<HTMLElement>(null);
  useView(stage, screen.mine ? undefined : screen.participantId, 'screen');
  return (
    <Box
      ref={stage}
      component="section"
      aria-label={`Screen of ${screen.name}`}
      data-testid="screen"
      style={size}
      sx={{ position: 'relative', overflow: 'hidden', borderRadius: 2, bgcolor: '#000', flexShrink: 0 }}
    >
      <VideoView track={screen.track} whole />
      <Box
        sx={{
          position: 'absolute',
          left: 8,
          bottom: 8,
          px: 1,
          py: 0.4,
          borderRadius: 1.5,
          fontSize: 13,
          bgcolor: 'rgba(8, 14, 13, 0.72)',
          color: '#fff',
        }}
      >
        {screen.mine ? (
          'You are sharing your screen'
        ) : (
          <>
            <bdi>{screen.name}</bdi> is sharing
          </>
        )}
      </Box>
    </Box>
  );
}
