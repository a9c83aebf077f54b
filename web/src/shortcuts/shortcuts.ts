import { readStored, writeStored } from '../state/storage.ts';
import { Store } from '../state/store.ts';
import type { ShortcutId } from './keys.ts';

type Action = () => void;

const key = 'parley.shortcuts';

/** What keys do at the moment, by those parts of the page that are there. */
export const shortcutActions = new Store<ReadonlyMap<ShortcutId, Action>>(new Map());

/** Whether keys are listened to at all: only in a call. */
export const listening = new Store(false);

/** The person may want none (WCAG 2.1.4). */
export const shortcutsOn = new Store(readStored('local', key) !== 'off');

export function setShortcutsOn(on: boolean): void {
  writeStored('local', key, on ? 'on' : 'off');
  shortcutsOn.set(on);
}

/** From now on the key does this, until the returned function is called. */
export function registerShortcut(id: ShortcutId, action: Action): () => void {
  shortcutActions.set(new Map(shortcutActions.get()).set(id, action));
  return () => {
    const actions = new Map(shortcutActions.get());
    if (actions.get(id) !== action) return;
    actions.delete(id);
    shortcutActions.set(actions);
  };
}
