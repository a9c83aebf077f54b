import GraphicEqIcon from '@mui/icons-material/GraphicEq';
import MicOffIcon from '@mui/icons-material/MicOff';
import SyncProblemIcon from '@mui/icons-material/SyncProblem';
import VideocamOffIcon from '@mui/icons-material/VideocamOff';
import Box from '@mui/material/Box';
import type { ReactNode } from 'react';

interface Props {
  speaking: boolean;
  muted: boolean;
  cameraOff: boolean;
  reconnecting: boolean;
}

/** That a participant speaks, and what is not as usual about them. */
export function Badges({ speaking, muted, cameraOff, reconnecting }: Props) {
  return (
    <>
      {speaking && <Badge text="speaking" icon={<GraphicEqIcon fontSize="inherit" />} />}
      {muted && <Badge text="muted" icon={<MicOffIcon fontSize="inherit" />} />}
      {cameraOff && <Badge text="camera off" icon={<VideocamOffIcon fontSize="inherit" />} />}
      {reconnecting && <Badge text="reconnecting" icon={<SyncProblemIcon fontSize="inherit" />} />}
    </>
  );
}

function Badge({ text, icon }: { text: string; icon: ReactNode }) {
  return (
    <Box
      component="span"
      role="img"
      aria-label={text}
      title={text}
      sx={{ display: 'inline-flex', fontSize: 16, flexShrink: 0 }}
    >
      {icon}
    </Box>
  );
}
