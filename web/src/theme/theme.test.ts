import { getContrastRatio } from '@mui/material/styles';
import { describe, expect, it } from 'vitest';
import { themeOf } from './theme.ts';

/** Of text, by WCAG 2.2, 1.4.3. */
const least = 4.5;

describe.each(['light', 'dark'] as const)('%s', mode => {
  const { palette } = themeOf(mode, 'ltr', { close: 'Close' });

  it.each(['primary', 'error'] as const)('what is written on and in %s can be read', name => {
    const { main, dark, contrastText } = palette[name];
    const { default: page, paper } = palette.background;
    const ratios = [
      [contrastText, main],
      [contrastText, dark],
      [main, page],
      [main, paper],
    ].map(([text = '', ground = '']) => getContrastRatio(text, ground));
    expect(Math.min(...ratios)).toBeGreaterThanOrEqual(least);
  });

  it('quieter words can be read', () => {
    const { text, background } = palette;
    for (const ground of [background.default, background.paper]) {
      expect(getContrastRatio(text.secondary, ground)).toBeGreaterThanOrEqual(least);
    }
  });
});
