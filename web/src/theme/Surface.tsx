import { CacheProvider } from '@emotion/react';
import CssBaseline from '@mui/material/CssBaseline';
import { ThemeProvider } from '@mui/material/styles';
import useMediaQuery from '@mui/material/useMediaQuery';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useDirection } from '../i18n/useDirection.ts';
import { useStore } from '../state/useStore.ts';
import { appearance } from './appearance.ts';
import { styleCacheOf } from './styleCaches.ts';
import { themeOf } from './theme.ts';

/** Parley's look: as light or dark as the person wishes, by default as their system is; always dark where people are looked at. */
export function Surface({ dark = false, children }: { dark?: boolean; children: ReactNode }) {
  const prefersDark = useMediaQuery('(prefers-color-scheme: dark)', { noSsr: true });
  const { t } = useTranslation();
  const chosen = useStore(appearance);
  const wished = chosen === 'system' ? (prefersDark ? 'dark' : 'light') : chosen;
  const direction = useDirection();
  return (
    <CacheProvider value={styleCacheOf(direction)}>
      <ThemeProvider theme={themeOf(dark ? 'dark' : wished, direction, { close: t('close') })}>
        <CssBaseline enableColorScheme />
        {children}
      </ThemeProvider>
    </CacheProvider>
  );
}
