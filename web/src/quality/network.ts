import { Store } from '../state/store.ts';
import type { Network } from './banners.ts';

/** Whoever looks for a path after a network changed has found one by then, or has other trouble, in ms. */
const changedForMs = 20_000;

/** What the browser says of its network. */
export const network = new Store<Network>('same');

/** Watches the network until the returned function is called. */
export function watchNetwork(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const become = (now: Network) => {
    clearTimeout(timer);
    network.set(now);
    if (now === 'changed') timer = setTimeout(() => network.set('same'), changedForMs);
  };
  const offline = () => become('offline');
  const online = () => become('changed');
  become(navigator.onLine ? 'same' : 'offline');
  window.addEventListener('offline', offline);
  window.addEventListener('online', online);
  return () => {
    clearTimeout(timer);
    window.removeEventListener('offline', offline);
    window.removeEventListener('online', online);
  };
}
