import type { TFunction } from 'i18next';
import { type ShortcutId, shortcutKeys } from './keys.ts';

/** What stands on the key. */
export function shownKey(id: ShortcutId, t: TFunction<'stage'>): string {
  const key = shortcutKeys[id];
  switch (key) {
    case ' ':
      return t('keys.space');
    case 'PageUp':
      return t('keys.pageUp');
    case 'PageDown':
      return t('keys.pageDown');
    default:
      return key.toUpperCase();
  }
}
