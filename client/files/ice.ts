import type { IceServer } from '@parley/protocol';

/**
 * Where a browser learns under which address others see it. The relays lead to SFUs alone, so that nothing is to be allocated at them, but a
 * TURN server also answers STUN, at the same address (RFC 8656, section 1); over UDP, as that is what two networks let through.
 */
export function stunServers(iceServers: readonly Pick<IceServer, 'urls'>[]): RTCIceServer[] {
  const hosts = iceServers
    .flatMap(({ urls }) => urls)
    .map(url => /^(?:turn|stun):([^?]+)(?:\?transport=udp)?$/i.exec(url)?.[1])
    .filter(host => host !== undefined);
  return [...new Set(hosts)].map(host => ({ urls: `stun:${host}` }));
}
