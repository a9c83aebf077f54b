import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import type { MouseEvent } from 'react';
import { navigate } from '../navigation/navigation.ts';
import { Logo } from './Logo.tsx';

/** Logo and name; leads home. */
export function Brand() {
  const goHome = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    navigate('/');
  };
  return (
    <Link
      href="/"
      onClick={goHome}
      underline="none"
      color="inherit"
      sx={{ display: 'inline-flex', alignItems: 'center', gap: 1.25 }}
    >
      <Logo sx={{ fontSize: 34 }} />
      <Typography component="span" sx={{ fontSize: 20, fontWeight: 700, letterSpacing: '-0.02em' }}>
        Parley
      </Typography>
    </Link>
  );
}
