import AllBarsIcon from '@mui/icons-material/SignalCellularAlt';
import PoorIcon from '@mui/icons-material/SignalCellularAlt1Bar';
import FairIcon from '@mui/icons-material/SignalCellularAlt2Bar';
import Box from '@mui/material/Box';
import Tooltip from '@mui/material/Tooltip';
import type { ParticipantId } from '@parley/protocol';
import { useTranslation } from 'react-i18next';
import { useOwnQuality, useQualityOf } from './useQuality.ts';
import { badgeWords } from './words.ts';

/** That somebody is not seen and heard well, and whose network it is; nothing while all is well. For the dark plates on pictures. */
export function QualityBadge({ participantId }: { participantId: ParticipantId }) {
  const { t } = useTranslation('quality');
  const quality = useQualityOf(participantId);
  const text = quality && badgeWords(quality, t);
  if (!quality || text === undefined) return null;
  return <Bars level={quality.level} text={text} />;
}

/** That one's own network is not good; nothing while it is. */
export function OwnQualityBadge() {
  const { t } = useTranslation('quality');
  const { level } = useOwnQuality();
  if (level === 'good') return null;
  return <Bars level={level} text={level === 'fair' ? t('badge.ownFair') : t('badge.ownPoor')} />;
}

/** One bar or two: the form says it to those who do not see the colour. */
function Bars({ level, text }: { level: string; text: string }) {
  const poor = level === 'poor';
  return (
    <Tooltip title={text}>
      <Box
        component="span"
        role="img"
        aria-label={text}
        tabIndex={0}
        data-testid="quality"
        data-level={level}
        sx={{
          position: 'relative',
          display: 'inline-flex',
          fontSize: 18,
          flexShrink: 0,
          color: poor ? '#ff9d94' : '#ffd479',
          borderRadius: 0.5,
          '&:focus-visible': { outline: '2px solid currentColor', outlineOffset: 2 },
        }}
      >
        <AllBarsIcon fontSize="inherit" sx={{ opacity: 0.35 }} />
        <Box component="span" sx={{ position: 'absolute', inset: 0, display: 'inline-flex' }}>
          {poor ? <PoorIcon fontSize="inherit" /> : <FairIcon fontSize="inherit" />}
        </Box>
      </Box>
    </Tooltip>
  );
}
