import GroupIcon from '@mui/icons-material/Group';
import LockIcon from '@mui/icons-material/Lock';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { Logo } from '../brand/Logo.tsx';
import { OwnQualityBadge } from '../quality/QualityBadge.tsx';
import { useCall } from './sessionContext.ts';

/** Which meeting this is and how many are in it. */
export function CallHeader() {
  const { t } = useTranslation('call');
  const { room, participants, locked } = useCall();
  const count = participants.length + 1;
  return (
    <Box
      component="header"
      sx={{ display: 'flex', alignItems: 'center', gap: 1.25, px: 2, py: 1.25, minHeight: 48 }}
    >
      <Logo sx={{ fontSize: 26 }} />
      <Typography component="h1" noWrap sx={{ fontSize: 15, fontWeight: 600, flex: 1, minWidth: 0 }}>
        <bdi>{room?.displayName}</bdi>
      </Typography>
      {locked && (
        <Box
          role="img"
          aria-label={t('locked')}
          title={t('locked')}
          sx={{ display: 'flex', color: 'text.secondary' }}
        >
          <LockIcon fontSize="small" />
        </Box>
      )}
      {count === 1 && (
        <Typography sx={{ display: { xs: 'none', sm: 'block' }, fontSize: 14, color: 'text.secondary' }}>
          {t('onlyYouInvite')}
        </Typography>
      )}
      <OwnQualityBadge />
      <Box
        role="img"
        aria-label={count === 1 ? t('onlyYou') : t('peopleHere', { count })}
        sx={{ display: 'flex', alignItems: 'center', gap: 0.75, color: 'text.secondary', fontSize: 14 }}
      >
        <GroupIcon fontSize="small" aria-hidden />
        {count}
      </Box>
    </Box>
  );
}
