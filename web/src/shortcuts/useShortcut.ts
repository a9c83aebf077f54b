import { useEffect, useEffectEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from '../state/useStore.ts';
import { ariaKey, type ShortcutId } from './keys.ts';
import { listening, registerShortcut, shortcutsOn } from './shortcuts.ts';
import { shownKey } from './shownKey.ts';

/** How to tell people of a key. */
export interface KeyHint {
  /** For `aria-keyshortcuts`. */
  aria: string;
  /** To be seen. */
  shown: string;
}

/** The key does `action` for as long as that is not undefined. Answers what to say of it; undefined while no keys are listened to. */
export function useShortcut(
  id: ShortcutId | undefined,
  action: (() => void) | undefined,
): KeyHint | undefined {
  const { t } = useTranslation('stage');
  const act = useEffectEvent(() => action?.());
  const able = action !== undefined;
  useEffect(() => {
    if (id && able) return registerShortcut(id, () => act());
  }, [id, able]);
  const on = useStore(shortcutsOn);
  const heard = useStore(listening);
  return id && able && on && heard ? { aria: ariaKey(id), shown: shownKey(id, t) } : undefined;
}
