import { expect, test } from 'vitest';
import { Settings } from './settings.ts';
import { turnserverConf } from './turnserver-conf.ts';

const env = {
  POD_NAME: 'turn-1',
  POD_IPS: '10.0.0.5,fd00::5',
  POOL: 'default',
  REDIS_URL: 'redis://redis:6379',
  SECRETS_DIR: '/etc/parley/turn',
  DATA_DIR: '/data',
};

test('what is not said has a default', () => {
  expect(Settings.parse({ ...env, TLS_DIR: '', USER_QUOTA: '', EXTRA_ARGS: '' })).toMatchObject({
    ips: ['10.0.0.5', 'fd00::5'],
    turnPort: 3478,
    tlsPort: 5349,
    relayPorts: { first: 49_152, last: 65_535 },
    tlsDir: undefined,
    quota: { perUser: undefined, total: undefined, bytesPerSecond: undefined },
    extraArgs: [],
    port: 8080,
  });
});

test.each([
  ['POD_IPS', ''],
  ['POD_IPS', 'host.example'],
  ['IP_FAMILIES', 'IPv5'],
  ['RELAY_PORTS', '50000'],
  ['RELAY_PORTS', '60000-50000'],
  ['RELAY_PORTS', '3000-4000'],
  ['RELAY_PORTS', '80-90000'],
  ['ALLOWED_PEERS', '10.0.0.1'],
  ['ALLOWED_PEERS', '10.0.0.0/33'],
  ['USER_QUOTA', '0'],
  ['USER_QUOTA', 'many'],
  ['EXTRA_ARGS', '--verbose'],
  ['EXTRA_ARGS', '[1]'],
  ['EXTRA_ARGS', '["--static-auth-secret=hunter2"]'],
  ['EXTRA_ARGS', '["-u", "ada:hunter2"]'],
  ['DATA_DIR', '/data\nallow-loopback-peers'],
  ['REDIS_URL', 'http://redis'],
])('%s: %j is refused by name', (name, value) => {
  const { error } = Settings.safeParse({ ...env, [name]: value });
  expect(new Set(error?.issues.map(issue => issue.path[0]))).toEqual(new Set([name]));
});

test('everything is denied but what the pool allows', () => {
  const conf = turnserverConf(Settings.parse({ ...env, ALLOWED_PEERS: '203.0.113.0/24' })).split('\n');
  expect(conf).toContain('denied-peer-ip=0.0.0.0-255.255.255.255');
  expect(conf).toContain('denied-peer-ip=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff');
  expect(conf).toContain('allowed-peer-ip=203.0.113.0-203.0.113.255');
  for (const line of [
    'no-cli',
    'no-multicast-peers',
    'no-tcp-relay',
    'no-tls',
    'no-dtls',
    'use-auth-secret',
  ]) {
    expect(conf).toContain(line);
  }
  for (const ip of ['10.0.0.5', 'fd00::5']) {
    expect(conf).toContain(`listening-ip=${ip}`);
    expect(conf).toContain(`relay-ip=${ip}`);
  }
});

test.each([
  ['10.0.0.5', '', 'IPv4'],
  ['10.0.0.5', 'IPv6', 'IPv4'],
  ['fd00::5', '', 'IPv6'],
  ['fd00::5', 'IPv4,IPv6', 'IPv6'],
  ['fd00::5,10.0.0.5', '', 'IPv4'],
  ['fd00::5,10.0.0.5', 'IPv4,IPv6', 'IPv4'],
  ['10.0.0.5,fd00::5', 'IPv6,IPv4', 'IPv6'],
])('of %s and the families %j it relays from %s unless a client asks', (POD_IPS, IP_FAMILIES, family) => {
  const conf = turnserverConf(Settings.parse({ ...env, POD_IPS, IP_FAMILIES }));
  expect(conf.includes('\nallocation-default-address-family=ipv6\n')).toBe(family === 'IPv6');
});

test.each([
  [{}, false],
  [{ POD_IPS: '127.3.0.9' }, true],
  [{ POD_IPS: '10.0.0.5,::1' }, true],
  [{ ALLOWED_PEERS: '127.0.0.0/8' }, true],
])('loopback peers with %j: %s', (change, allowed) => {
  const conf = turnserverConf(Settings.parse({ ...env, ...change })).split('\n');
  expect(conf.includes('allow-loopback-peers')).toBe(allowed);
});

test('with a certificate TLS of at least 1.2 is served', () => {
  const conf = turnserverConf(Settings.parse({ ...env, TLS_DIR: '/tls', USER_QUOTA: '8' })).split('\n');
  expect(conf).not.toContain('no-tls');
  for (const line of ['cert=/tls/tls.crt', 'pkey=/tls/tls.key', 'no-tlsv1', 'no-tlsv1_1', 'user-quota=8']) {
    expect(conf).toContain(line);
  }
});
