import ScreenIcon from '@mui/icons-material/PresentToAll';
import Box from '@mui/material/Box';
import { VideoView } from '@parley/react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { SharedScreen } from '../call/people.ts';
import { screenItem } from './compose.ts';
import { isolated } from './isolated.ts';
import { PinButton } from './PinButton.tsx';
import { Plate } from './Plate.tsx';
import { Tools, withTools } from './Tools.tsx';
import { usePicture } from './usePicture.ts';
import { useReflow } from './useReflow.ts';
import type { Placed } from './useScene.ts';

interface Props {
  screen: SharedScreen;
  placed: Placed | undefined;
  /** Whether pictures are wanted at all. */
  pictures: boolean;
}

/** The screen that somebody shares, whole. */
export function ScreenTile({ screen: { participantId, name, mine, track }, placed, pictures }: Props) {
  const { t } = useTranslation('stage');
  const tile = useRef<HTMLElement>(null);
  usePicture(tile, mine ? undefined : participantId, 'screen', placed !== undefined && pictures);
  const style = useReflow(tile, placed);
  return (
    <Box
      ref={tile}
      component="section"
      aria-label={t('screenOf', { name })}
      data-testid="screen"
      data-participant={participantId}
      data-place={placed?.role}
      style={style}
      sx={{
        overflow: 'hidden',
        borderRadius: placed?.role === 'large' ? '18px' : '12px',
        bgcolor: track && (mine || pictures) ? '#000' : 'background.paper',
        color: 'text.secondary',
        display: 'grid',
        placeItems: 'center',
        ...withTools,
      }}
    >
      {track && (mine || pictures) ? <VideoView track={track} whole /> : <ScreenIcon fontSize="large" />}
      <Tools>
        <PinButton item={screenItem(participantId)} label={t('pinScreen', { name })} />
      </Tools>
      <Plate small={placed?.role !== 'large'}>
        <Box
          component="span"
          title={name}
          dir="auto"
          sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}
        >
          {mine ? t('youShare') : t('isSharing', { name: isolated(name) })}
        </Box>
      </Plate>
    </Box>
  );
}
