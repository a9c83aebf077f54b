import { readStored, writeStored } from '../state/storage.ts';
import { Store } from '../state/store.ts';

export const appearances = ['system', 'light', 'dark'] as const;

/** How light the page is to be: as the person's system is, or always light or dark. */
export type Appearance = (typeof appearances)[number];

const key = 'parley.appearance';
const known = (name: string | null | undefined) => appearances.find(one => one === name);
const read = () => known(readStored('local', key)) ?? 'system';

/** What the link says, which is not remembered: a page that embeds this one wants it to look alike. */
const asked = known(new URLSearchParams(window.location.search).get('theme'));

const store = new Store<Appearance>(asked ?? read());
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
