/**
 * Whether a page of this origin may have this one in a frame, by the sources of CSP's `frame-ancestors`
 * (https://www.w3.org/TR/CSP3/#match-url-to-source-list). Browsers have asked the same before they showed this page.
 *
 * @param parent as `MessageEvent.origin` has it: `https://example.org:8443`, or `null` of an opaque origin
 * @param own this page's origin
 */
export function allowsParent(sources: string, parent: string, own: string): boolean {
  const asking = URL.parse(parent);
  if (!asking || asking.origin !== parent) return false;
  return sources.split(/\s+/).some(source => matches(source.toLowerCase(), asking, new URL(own)));
}

function matches(source: string, asking: URL, own: URL): boolean {
  if (source === "'self'") return asking.origin === own.origin;
  if (source === '*') return /^https?:$/.test(asking.protocol);
  const schemeOnly = /^([a-z][a-z0-9+.-]*:)$/.exec(source)?.[1];
  if (schemeOnly) return matchesScheme(schemeOnly, asking.protocol);
  const parts =
    /^(?:([a-z][a-z0-9+.-]*:)\/\/)?(\*|(?:\*\.)?[^/:*]+|\[[0-9a-f:.]+\])(?::(\d+|\*))?(?:\/.*)?$/.exec(
      source,
    );
  const [, scheme = own.protocol, host = '', port] = parts ?? [];
  if (!parts || !matchesScheme(scheme, asking.protocol) || !matchesHost(host, asking.hostname)) return false;
  return matchesPort(port, scheme, asking);
}

/** What is allowed over http is allowed over https. */
function matchesScheme(scheme: string, asking: string): boolean {
  return scheme === asking || (scheme === 'http:' && asking === 'https:');
}

function matchesHost(host: string, asking: string): boolean {
  if (host === '*') return true;
  return host.startsWith('*.') ? asking.endsWith(host.slice(1)) : host === asking;
}

const usualPorts: Record<string, string> = { 'http:': '80', 'https:': '443' };

function matchesPort(port: string | undefined, scheme: string, { port: explicit, protocol }: URL): boolean {
  const asking = explicit || usualPorts[protocol];
  if (port === '*') return true;
  if (port === undefined) return explicit === '';
  return port === asking || (port === '80' && asking === '443' && scheme === 'http:');
}
