const loopback = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Whether a browser page of this origin may connect. What is no browser sends no origin. Where the page itself is served
 * from the loopback interface, so may be any other of its names and ports.
 *
 * @param others origins of pages of one's own that use the client library
 */
export function originAllowed(
  origin: string | undefined,
  webUrl: string,
  others: readonly string[] = [],
): boolean {
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const asking = new URL(origin);
  const own = new URL(webUrl);
  if (asking.origin === own.origin || others.includes(asking.origin)) return true;
  return loopback.test(own.hostname) && loopback.test(asking.hostname);
}
