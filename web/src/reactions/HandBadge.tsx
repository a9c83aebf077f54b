import HandIcon from '@mui/icons-material/BackHand';
import Box from '@mui/material/Box';
import type { ParticipantId } from '@parley/protocol';
import { useTranslation } from 'react-i18next';
import { useCall } from '../call/sessionContext.ts';
import { handsOf } from './hands.ts';

/** That somebody's hand is up, and their place among those whose hands are. */
export function HandBadge({ participantId }: { participantId: ParticipantId }) {
  const { t } = useTranslation('reactions');
  const place = handsOf(useCall()).findIndex(({ id }) => id === participantId) + 1;
  if (place === 0) return null;
  const label = t('place', { place });
  return (
    <Box
      component="span"
      role="img"
      aria-label={label}
      title={label}
      data-testid="hand"
      sx={{
        display: 'inline-flex',
        alignItems: 'center',
        gap: 0.4,
        px: 0.75,
        borderRadius: 1,
        fontSize: 13,
        fontWeight: 650,
        color: '#231a00',
        bgcolor: '#ffd166',
        flexShrink: 0,
      }}
    >
      <HandIcon sx={{ fontSize: 14 }} />
      {place}
    </Box>
  );
}
