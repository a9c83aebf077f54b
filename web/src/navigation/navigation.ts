import { readStored, writeStored } from '../state/storage.ts';
import { type Readable, Store } from '../state/store.ts';
import { type Launch, takeLaunch } from './launch.ts';
import { type Route, routeOf } from './route.ts';

/** Where the page is, and what the link that led there said. */
export interface Location {
  route: Route;
  launch: Launch;
}

const store = new Store<Location>(enter(window.location.href));
window.addEventListener('popstate', () => store.set(enter(window.location.href)));

export const location: Readable<Location> = store;

/** Goes to an address of this site, such as `/standup#token=…`. */
export function navigate(address: string): void {
  const url = new URL(address, window.location.origin);
  window.history.pushState(null, '', takeLaunch(url).address);
  store.set(enter(url.href));
}

/** Takes the token out of the address bar; this tab remembers it, so that a reload still gets in. */
function enter(href: string): Location {
  const url = new URL(href);
  const { launch, address } = takeLaunch(url);
  const route = routeOf(url.pathname);
  if (launch.token) window.history.replaceState(null, '', address);
  if (route.page !== 'meeting') return { route, launch };
  const key = `parley.token.${route.room}`;
  if (launch.token) writeStored('session', key, launch.token);
  return { route, launch: { ...launch, token: launch.token ?? readStored('session', key) } };
}
