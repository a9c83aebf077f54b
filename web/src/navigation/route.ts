/** Which page an address means. */
export type Route =
  | { page: 'home' }
  /** `room` is `name` or `namespace/name`, as the address has it. */
  | { page: 'meeting'; room: string }
  | { page: 'unknown' };

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Longest text that is looked at when somebody types or pastes where to go. */
const maxInput = 8192;

export function routeOf(pathname: string): Route {
  const parts = pathname.split('/').filter(part => part !== '');
  if (parts.length === 0) return { page: 'home' };
  const names = parts.map(part => part.toLowerCase());
  if (names.length <= 2 && names.every(name => label.test(name))) {
    return { page: 'meeting', room: names.join('/') };
  }
  return { page: 'unknown' };
}

/**
 * Where to go for what somebody typed or pasted: a room's name (`standup`, `Team standup`, `acme/standup`) or a link
 * to one, whose token is kept. `undefined` if it can be neither.
 */
export function addressFromInput(input: string): string | undefined {
  const text = input.trim().slice(0, maxInput);
  if (text === '') return undefined;
  const url = linkIn(text);
  if (url) return routeOf(url.pathname).page === 'meeting' ? url.pathname + url.search + url.hash : undefined;
  const path = `/${text
    .toLowerCase()
    .replace(/^\/+/, '')
    .replace(/[\s_]+/g, '-')}`;
  return routeOf(path).page === 'meeting' ? path : undefined;
}

/** A link, also when its `https://` was not copied along. */
function linkIn(text: string): URL | undefined {
  const hasScheme = /^https?:\/\//i.test(text);
  const looksLikeHost = /^[^/\s]+([.:][^/\s]+)+\/\S/.test(text);
  if (!hasScheme && !looksLikeHost) return undefined;
  const link = hasScheme ? text : `https://${text}`;
  return URL.canParse(link) ? new URL(link) : undefined;
}
