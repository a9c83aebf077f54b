import { createTheme, type PaletteMode, type Theme } from '@mui/material/styles';

const palettes = {
  light: {
    primary: { main: '#0f766e', contrastText: '#ffffff' },
    error: { main: '#c62f3b' },
    background: { default: '#f6f8f8', paper: '#ffffff' },
    text: { primary: '#12211f', secondary: '#51635f' },
    divider: 'rgba(18, 33, 31, 0.12)',
  },
  dark: {
    primary: { main: '#3ecfbd', dark: '#35b3a3', contrastText: '#04211d' },
    error: { main: '#f48b8f', contrastText: '#000000' },
    background: { default: '#0e1514', paper: '#18211f' },
    text: { primary: '#eef4f3', secondary: '#a3b5b1' },
    divider: 'rgba(238, 244, 243, 0.14)',
  },
} as const;

function makeTheme(mode: PaletteMode, direction: 'ltr' | 'rtl', words: ThemeWords): Theme {
  return createTheme({
    direction,
    palette: { mode, ...palettes[mode] },
    shape: { borderRadius: 12 },
    typography: {
      fontFamily: "'Inter Variable', system-ui, sans-serif",
      h1: {
        fontSize: 'clamp(2.1rem, 5vw, 3.4rem)',
        fontWeight: 700,
        letterSpacing: '-0.035em',
        lineHeight: 1.08,
      },
      h2: { fontSize: '1.6rem', fontWeight: 650, letterSpacing: '-0.02em', lineHeight: 1.25 },
      button: { textTransform: 'none', fontWeight: 600 },
    },
    components: {
      MuiButtonBase: {
        styleOverrides: {
          root: {
            '&.Mui-focusVisible': { outline: `3px solid ${palettes[mode].primary.main}`, outlineOffset: 2 },
          },
        },
      },
      MuiButton: {
        defaultProps: { disableElevation: true },
        styleOverrides: { sizeLarge: { minHeight: 48 } },
      },
      MuiAlert: { defaultProps: { closeText: words.close } },
      MuiPaper: { styleOverrides: { root: { backgroundImage: 'none' } } },
      MuiCssBaseline: {
        styleOverrides: {
          'html, body, #root': { height: '100%' },
          '@media (prefers-reduced-motion: reduce)': {
            '*': {
              animationDuration: '0.01ms !important',
              // What goes round and round would flicker.
              animationIterationCount: '1 !important',
              transitionDuration: '0.01ms !important',
            },
          },
        },
      },
    },
  });
}

/** What components of the library say by themselves. */
export interface ThemeWords {
  close: string;
}

const made = new Map<string, Theme>();

/** Made once for each look, direction and language. */
export function themeOf(mode: PaletteMode, direction: 'ltr' | 'rtl', words: ThemeWords): Theme {
  const key = `${mode} ${direction} ${words.close}`;
  const theme = made.get(key) ?? makeTheme(mode, direction, words);
  made.set(key, theme);
  return theme;
}
