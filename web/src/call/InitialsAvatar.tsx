import Avatar from '@mui/material/Avatar';
import { colourOf, initials } from '@parley/react';

/** Stands for a person without a picture. */
export function InitialsAvatar({ name, size }: { name: string; size: number }) {
  const side = Math.max(28, Math.min(144, Math.round(size)));
  return (
    <Avatar
      aria-hidden
      style={{ width: side, height: side, fontSize: side * 0.38 }}
      sx={{ bgcolor: colourOf(name), color: '#fff', fontWeight: 600 }}
    >
      {initials(name)}
    </Avatar>
  );
}
