import type { IceServer } from '@parley/protocol';

/**
 * Servers that tell one's address as others see it: each relay does that, too (RFC 8656). Relays themselves are not for direct media: they forward
 * to SFUs alone, and what takes a detour anyhow does so better through an SFU.
 */
export function addressServersOf(servers: readonly IceServer[]): RTCIceServer[] {
  const urls = servers.flatMap(server => server.urls.flatMap(url => addressServer(url) ?? []));
  return urls.length > 0 ? [{ urls: [...new Set(urls)] }] : [];
}

/** Only over UDP, as that is what direct media goes over. */
function addressServer(url: string): string | undefined {
  const [, scheme, place, query = ''] = /^(stun|turn):([^?]+)(\?.*)?$/.exec(url) ?? [];
  if (place === undefined || (scheme === 'turn' && query.includes('transport=tcp'))) return undefined;
  return `stun:${place}`;
}
