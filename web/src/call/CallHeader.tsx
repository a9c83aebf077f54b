import GroupIcon from '@mui/icons-material/Group';
import LockIcon from '@mui/icons-material/Lock';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { Logo } from '../brand/Logo.tsx';
import { useCall } from './sessionContext.ts';

/** Which meeting this is and how many are in it. */
export function CallHeader() {
  const { room, participants, locked } = useCall();
  const count = participants.length + 1;
  return (
    <Box
      component="header"
      sx={{ display: 'flex', alignItems: 'center', gap: 1.25, px: 2, py: 1.25, minHeight: 48 }}
    >
      <Logo sx={{ fontSize: 26 }} />
      <Typography component="h1" noWrap sx={{ fontSize: 15, fontWeight: 600, flex: 1, minWidth: 0 }}>
        {room?.displayName}
      </Typography>
      {locked && (
        <Box
          role="img"
          aria-label="The meeting is locked"
          title="The meeting is locked"
          sx={{ display: 'flex', color: 'text.secondary' }}
        >
          <LockIcon fontSize="small" />
        </Box>
      )}
      {count === 1 && (
        <Typography sx={{ display: { xs: 'none', sm: 'block' }, fontSize: 14, color: 'text.secondary' }}>
          Only you are here. Copy the link below and send it to whoever should join.
        </Typography>
      )}
      <Box
        role="img"
        aria-label={count === 1 ? 'Only you are here' : `${count} people are here`}
        sx={{ display: 'flex', alignItems: 'center', gap: 0.75, color: 'text.secondary', fontSize: 14 }}
      >
        <GroupIcon fontSize="small" aria-hidden />
        {count}
      </Box>
    </Box>
  );
}
