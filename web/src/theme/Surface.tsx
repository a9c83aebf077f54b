import { CacheProvider } from '@emotion/react';
import CssBaseline from '@mui/material/CssBaseline';
import { ThemeProvider } from '@mui/material/styles';
import useMediaQuery from '@mui/material/useMediaQuery';
import type { ReactNode } from 'react';
import { useDirection } from '../i18n/useDirection.ts';
import { styleCaches } from './styleCaches.ts';
import { themeOf } from './theme.ts';

/** Parley's look: as light or dark as the person's system, or always dark where people are looked at. */
export function Surface({ dark = false, children }: { dark?: boolean; children: ReactNode }) {
  const prefersDark = useMediaQuery('(prefers-color-scheme: dark)', { noSsr: true });
  const direction = useDirection();
  return (
    <CacheProvider value={styleCaches[direction]}>
      <ThemeProvider theme={themeOf(dark || prefersDark ? 'dark' : 'light', direction)}>
        <CssBaseline enableColorScheme />
        {children}
      </ThemeProvider>
    </CacheProvider>
  );
}
