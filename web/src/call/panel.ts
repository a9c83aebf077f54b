import { Store } from '../state/store.ts';

/** What can stand beside the pictures. */
export type PanelName = 'chat' | 'people' | 'files' | 'stats';

/** The one panel that is open. */
export const panel = new Store<PanelName | undefined>(undefined);

export function togglePanel(name: PanelName): void {
  panel.set(panel.get() === name ? undefined : name);
}

export function closePanel(): void {
  panel.set(undefined);
}
