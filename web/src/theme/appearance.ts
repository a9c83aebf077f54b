import { readStored, writeStored } from '../state/storage.ts';
import { Store } from '../state/store.ts';

export const appearances = ['system', 'light', 'dark'] as const;

/** How light the page is to be: as the person's system is, or always light or dark. */
export type Appearance = (typeof appearances)[number];

const key = 'parley.appearance';
const read = () => appearances.find(one => one === readStored('local', key)) ?? 'system';

const store = new Store<Appearance>(read());
// Other tabs of this page follow.
window.addEventListener('storage', event => {
  if (event.key === key) store.set(read());
});

export const appearance: Pick<Store<Appearance>, 'get' | 'subscribe'> = store;

/** Looks so from now on, and remembers it. */
export function chooseAppearance(chosen: Appearance): void {
  writeStored('local', key, chosen);
  store.set(chosen);
}
