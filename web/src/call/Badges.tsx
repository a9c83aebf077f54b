import GraphicEqIcon from '@mui/icons-material/GraphicEq';
import MicOffIcon from '@mui/icons-material/MicOff';
import SyncProblemIcon from '@mui/icons-material/SyncProblem';
import VideocamOffIcon from '@mui/icons-material/VideocamOff';
import Box from '@mui/material/Box';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface Props {
  speaking: boolean;
  muted: boolean;
  cameraOff: boolean;
  reconnecting: boolean;
}

/** That a participant speaks, and what is not as usual about them. */
export function Badges({ speaking, muted, cameraOff, reconnecting }: Props) {
  const { t } = useTranslation('call');
  return (
    <>
      {speaking && <Badge text={t('badge.speaking')} icon={<GraphicEqIcon fontSize="inherit" />} />}
      {muted && <Badge text={t('badge.muted')} icon={<MicOffIcon fontSize="inherit" />} />}
      {cameraOff && <Badge text={t('badge.cameraOff')} icon={<VideocamOffIcon fontSize="inherit" />} />}
      {reconnecting && <Badge text={t('badge.reconnecting')} icon={<SyncProblemIcon fontSize="inherit" />} />}
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
