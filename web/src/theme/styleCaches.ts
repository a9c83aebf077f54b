import createCache, { type EmotionCache } from '@emotion/cache';

/** Where styles are kept; those for right-to-left are mirrored as they are written. */
const caches: { ltr: EmotionCache; rtl?: EmotionCache } = { ltr: createCache({ key: 'css' }) };

/** Fetches what mirrors styles, where it is needed. To be awaited before anything is drawn in this direction. */
export async function prepareDirection(direction: 'ltr' | 'rtl'): Promise<void> {
  if (direction === 'ltr' || caches.rtl) return;
  const { mirroring } = await import('./mirroring.ts');
  caches.rtl ??= createCache({ key: 'cssrtl', stylisPlugins: mirroring });
}

export function styleCacheOf(direction: 'ltr' | 'rtl'): EmotionCache {
  return caches[direction] ?? caches.ltr;
}
