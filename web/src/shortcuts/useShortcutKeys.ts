import { useEffect } from 'react';
import { shortcutOf } from './keys.ts';
import { listening, shortcutActions, shortcutsOn } from './shortcuts.ts';
import { isBusy } from './target.ts';

/** Listens to keys for as long as the calling component is there. */
export function useShortcutKeys(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!shortcutsOn.get() || event.defaultPrevented) return;
      const id = shortcutOf(event);
      const action = id && shortcutActions.get().get(id);
      if (!action || isBusy(event.target, event.key)) return;
      // Also while it is held, or it would press the button that was clicked last.
      event.preventDefault();
      if (!event.repeat) action();
    };
    document.addEventListener('keydown', onKey);
    listening.set(true);
    return () => {
      document.removeEventListener('keydown', onKey);
      listening.set(false);
    };
  }, []);
}
