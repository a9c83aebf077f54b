import Box from '@mui/material/Box';
import { Banners } from './Banners.tsx';
import { CallHeader } from './CallHeader.tsx';
import { ControlBar } from './ControlBar.tsx';
import { Stage } from './Stage.tsx';

/** The call as it is seen by those who are in. */
export function InCall() {
  return (
    <Box
      sx={{
        position: 'relative',
        height: '100dvh',
        display: 'flex',
        flexDirection: 'column',
        overflow: 'hidden',
      }}
    >
      <CallHeader />
      <Box component="main" sx={{ flex: 1, minHeight: 0, display: 'flex' }}>
        <Stage />
      </Box>
      <ControlBar />
      <Banners />
    </Box>
  );
}
