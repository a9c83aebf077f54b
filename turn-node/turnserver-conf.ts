import { join } from 'node:path';
import { isLoopback, rangeOf } from './address-range.ts';
import type { Settings } from './settings.ts';

/** All relays have the same realm; the secrets and peers in the user database are under its name. */
export const realm = 'parley';

/** Clients that went without a word hold their allocation for so long, in seconds. Others refresh it. */
const longestAllocation = 600;

/** Where things are in the relay's own folder. */
export function dataFiles(dataDir: string) {
  return {
    config: join(dataDir, 'turnserver.conf'),
    database: join(dataDir, 'turndb'),
    pid: join(dataDir, 'turnserver.pid'),
  };
}

/** The certificate's files in a Secret of type kubernetes.io/tls. */
export function tlsFiles(tlsDir: string) {
  return { certificate: join(tlsDir, 'tls.crt'), key: join(tlsDir, 'tls.key') };
}

/**
 * coturn's configuration. It holds no secret: these are in the user database, as are the peers that come and go. What
 * it denies stays denied whatever happens to that database.
 */
export function turnserverConf(settings: Settings): string {
  const { ips, tlsDir, quota, relayPorts } = settings;
  const files = dataFiles(settings.dataDir);
  const lines = [
    ...ips.flatMap(ip => [`listening-ip=${ip}`, `relay-ip=${ip}`]),
    // Browsers do not say which family they want, and the standard's answer to that is IPv4.
    ...(settings.family === 'IPv6' ? ['allocation-default-address-family=ipv6'] : []),
    `listening-port=${settings.turnPort}`,
    `min-port=${relayPorts.first}`,
    `max-port=${relayPorts.last}`,
    'use-auth-secret',
    `realm=${realm}`,
    'fingerprint',
    'stale-nonce=600',
    `max-allocate-lifetime=${longestAllocation}`,
    `userdb=${files.database}`,
    `pidfile=${files.pid}`,
    'log-file=stdout',
    'simple-log',
    // Else it says nothing of what it relays and what it refuses. It counts itself, so that this is a line in 2048 packets.
    'verbose',
    'no-software-attribute',
    'no-cli',
    // A relay needs neither, and both make answers larger than questions.
    'no-rfc5780',
    'no-stun-backward-compatibility',
    'response-origin-only-with-rfc5780',
    ...tls(settings),
    ...(quota.perUser ? [`user-quota=${quota.perUser}`] : []),
    ...(quota.total ? [`total-quota=${quota.total}`] : []),
    ...(quota.bytesPerSecond ? [`max-bps=${quota.bytesPerSecond}`] : []),
    'no-tcp-relay',
    'no-multicast-peers',
    'denied-peer-ip=0.0.0.0-255.255.255.255',
    'denied-peer-ip=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    ...settings.allowedPeers.map(cidr => `allowed-peer-ip=${rangeOf(cidr)}`),
    ...(needsLoopback(settings) ? ['allow-loopback-peers'] : []),
  ];
  return `${lines.join('\n')}\n`;

  function tls({ tlsPort }: Settings): string[] {
    if (!tlsDir) return ['no-tls', 'no-dtls'];
    const { certificate, key } = tlsFiles(tlsDir);
    return [
      `tls-listening-port=${tlsPort}`,
      `cert=${certificate}`,
      `pkey=${key}`,
      'no-tlsv1',
      'no-tlsv1_1',
      // No browser speaks TURN over DTLS.
      'no-dtls',
    ];
  }
}

/**
 * Whether SFUs may have loopback addresses: only where the relay itself has one, as on a one-machine cluster, or where
 * the pool says so. coturn refuses them before it looks at any list, and cannot be told otherwise while it runs.
 */
function needsLoopback({ ips, allowedPeers }: Settings): boolean {
  return [...ips, ...allowedPeers.map(cidr => cidr.split('/')[0] ?? '')].some(isLoopback);
}
