import createCache, { type EmotionCache } from '@emotion/cache';
import rtl from '@mui/stylis-plugin-rtl';
import { prefixer } from 'stylis';

/** Where styles are kept; those for right-to-left are mirrored as they are written. */
export const styleCaches: Record<'ltr' | 'rtl', EmotionCache> = {
  ltr: createCache({ key: 'css' }),
  rtl: createCache({ key: 'cssrtl', stylisPlugins: [prefixer, rtl] }),
};
