import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { redisChannels, redisKeys } from '@parley/protocol';
import { eventually, startRedis, type TestRedis } from '@parley/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCertificate, newSecret, oldSecret, registration, startRelay } from './test-relay.ts';
import { type Address, credentials, TurnClient, transports } from './test-turn-client.ts';
import { UserDatabase } from './user-database.ts';

const ok = 0;
const unauthorized = 401;
const forbidden = 403;
const noSuchTransport = 442;
const wrongFamily = 443;
const quotaReached = 486;
/** coturn looks into its database every five seconds. */
const rereadMs = 15_000;

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

/** Something at an address, for UDP and for TCP, that sends back what it gets and keeps it. */
async function echo(address: string, port = 0) {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  const got: string[] = [];
  socket.on('message', (message, from) => {
    got.push(`${message}`);
    socket.send(message, from.port, from.address);
  });
  socket.bind(port, address);
  await once(socket, 'listening');
  const tcp = createServer(connection => {
    got.push('a TCP connection');
    connection.destroy();
  });
  tcp.listen(socket.address().port, address);
  await once(tcp, 'listening');
  return {
    address,
    port: socket.address().port,
    got,
    [Symbol.dispose]: () => {
      socket.close();
      tcp.close();
    },
  };
}

async function announce(pod: string, addresses: string[], pool?: string): Promise<void> {
  await redis.set(redisKeys.sfu(pod), registration(pod, addresses, pool));
  await redis.publish(redisChannels.sfus, pod);
}

test('data flows to an SFU of the pool by indication and by channel', async () => {
  using sfu = await echo('127.77.0.2');
  await announce('sfu-a', [sfu.address]);
  await using relay = await startRelay(server.url);
  using client = await relay.client();
  expect(await client.allocate()).toBe(ok);
  expect(await client.createPermission(sfu)).toBe(ok);
  client.send(sfu, 'by indication');
  await eventually('the indication to come back', () => client.received.includes('by indication'));
  expect(await client.bindChannel(0x4000, sfu)).toBe(ok);
  client.sendOnChannel(0x4000, 'by channel');
  await eventually('the channel data to come back', () => client.received.includes('by channel'));
  const { text } = await relay.get('/metrics');
  expect(text).toContain('\nparley_turn_allocations 1\n');
  expect(text).toContain('\nparley_turn_allowed_peers 1\n');
  expect(text).toContain('\nparley_turn_secrets 1\n');
});

test.each(['tcp', 'tls'] as const)('data flows to an SFU for a client that comes over %s', async over => {
  using sfu = await echo('127.77.4.2');
  await announce('sfu-g', [sfu.address]);
  await using relay = await startRelay(server.url, {}, { tls: await makeCertificate('relay.example') });
  const port = over === 'tls' ? relay.tlsPort : relay.turnPort;
  using client = await TurnClient.open({ address: relay.ip, port }, credentials(oldSecret), over);
  expect(await client.allocate()).toBe(ok);
  expect(await client.bindChannel(0x4000, sfu)).toBe(ok);
  client.sendOnChannel(0x4000, `over ${over}`);
  await eventually('the data to come back', () => client.received.includes(`over ${over}`));
  expect(await client.bindChannel(0x4001, { address: '127.0.0.1', port: 6379 })).toBe(forbidden);
});

test('a relay to the API server, to Redis or to anything else but SFUs of the pool is refused', async () => {
  using apiServer = await echo('127.77.1.1');
  using otherPool = await echo('127.77.1.3');
  using sfu = await echo('127.77.1.2');
  await announce('sfu-b', [sfu.address]);
  await announce('sfu-c', [otherPool.address], 'other-pool');
  await using relay = await startRelay(server.url);
  const redisAt: Address = { address: '127.0.0.1', port: Number(new URL(server.url).port) };
  using client = await relay.client();
  expect(await client.allocate()).toBe(ok);
  // A permission for a neighbour must not open the door for others.
  expect(await client.createPermission(sfu)).toBe(ok);

  let channel = 0x4000;
  for (const peer of [apiServer, redisAt, otherPool]) {
    expect(await client.createPermission(peer), peer.address).toBe(forbidden);
    expect(await client.bindChannel(channel, peer), peer.address).toBe(forbidden);
    client.send(peer, 'unasked');
    client.sendOnChannel(channel, 'unasked');
    expect(await client.connectTcp(peer), peer.address).toBe(forbidden);
    channel += 1;
  }
  for (const address of ['10.0.0.1', '172.16.0.1', '192.168.1.1', '169.254.169.254', '8.8.8.8', '0.0.0.0']) {
    expect(await client.createPermission({ address, port: 80 }), address).toBe(forbidden);
  }
  for (const address of ['224.0.0.1', '255.255.255.255']) {
    expect(await client.createPermission({ address, port: 80 }), address).toBe(forbidden);
  }
  for (const address of ['::1', 'fe80::1', 'fd00:ec2::254', `::ffff:${sfu.address}`, '::ffff:10.0.0.1']) {
    expect([forbidden, wrongFamily], address).toContain(await client.createPermission({ address, port: 80 }));
  }
  using tcp = await relay.client();
  expect(await tcp.allocate(transports.tcp)).toBe(noSuchTransport);

  // What was sent before this has come, if it was let through.
  client.send(sfu, 'allowed');
  await eventually('the allowed data to come back', () => client.received.includes('allowed'));
  expect(sfu.got).toEqual(['allowed']);
  expect([...apiServer.got, ...otherPool.got]).toEqual([]);
});

test('an SFU that comes later may be reached without a restart, and one that went may not', {
  timeout: 40_000,
}, async () => {
  using sfu = await echo('127.77.2.2');
  await using relay = await startRelay(server.url);
  const pid = relay.relay.coturnPid;
  using client = await relay.client();
  await client.allocate();
  expect(await client.createPermission(sfu)).toBe(forbidden);
  await announce('sfu-d', [sfu.address, '169.254.169.254']);
  await eventually('the permission', async () => (await client.createPermission(sfu)) === ok, rereadMs);
  expect(await client.createPermission({ address: '169.254.169.254', port: 80 })).toBe(forbidden);
  const database = new UserDatabase(join(relay.dataDir, 'turndb'));
  database.setPeers([]);
  database.close();
  await eventually('the end', async () => (await client.createPermission(sfu)) === forbidden, rereadMs);
  expect(relay.relay.coturnPid).toBe(pid);
});

test('what is known of SFUs stays while Redis is away, and for the relay that comes after', async () => {
  using sfu = await echo('127.77.3.2');
  await using own = await startRedis();
  const writer = new Redis(own.url);
  await writer.set(redisKeys.sfu('sfu-e'), registration('sfu-e', [sfu.address]));
  await using relay = await startRelay(own.url);
  writer.disconnect();
  await own.stop();
  await relay.relay.stop();
  await using next = await startRelay(own.url, { DATA_DIR: relay.dataDir });
  using client = await next.client();
  expect(await client.allocate()).toBe(ok);
  expect(await client.createPermission(sfu)).toBe(ok);
});

test('networks of ALLOWED_PEERS may be reached, and no others', async () => {
  await using relay = await startRelay(server.url, { ALLOWED_PEERS: '203.0.113.0/25,2001:db8::/32' });
  using client = await relay.client();
  await client.allocate();
  expect(await client.createPermission({ address: '203.0.113.127', port: 80 })).toBe(ok);
  expect(await client.createPermission({ address: '203.0.113.128', port: 80 })).toBe(forbidden);
});

test('secrets change without a restart: both are accepted, then only the new one', async () => {
  await using relay = await startRelay(server.url);
  const pid = relay.relay.coturnPid;
  const allocateWith = async (secret: string) => {
    using client = await relay.clientOf(secret);
    return await client.allocate();
  };
  using early = await relay.client();
  expect(await early.allocate()).toBe(ok);
  expect(await allocateWith(newSecret)).toBe(unauthorized);

  await relay.secrets.write({ 'turn-secret': newSecret, 'turn-secret-also-accepted': oldSecret });
  await eventually('the new secret', async () => (await allocateWith(newSecret)) === ok);
  expect(await allocateWith(oldSecret)).toBe(ok);
  expect(await allocateWith('a-third-secret-of-nobody')).toBe(unauthorized);

  await relay.secrets.write({ 'turn-secret': newSecret });
  await eventually('the end of the old secret', async () => (await allocateWith(oldSecret)) === unauthorized);
  expect(await allocateWith(newSecret)).toBe(ok);
  expect(await early.refresh(600), 'who is in may stay').toBe(ok);
  expect(relay.relay.coturnPid).toBe(pid);
});

test('a secret that goes missing changes nothing', async () => {
  await using relay = await startRelay(server.url);
  await relay.secrets.write({ 'turn-secret': '' });
  await relay.secrets.write({ 'turn-secret': 'short' });
  using client = await relay.client();
  expect(await client.allocate()).toBe(ok);
});

test('a participant has so many allocations and no more, whatever the credential', async () => {
  await using relay = await startRelay(server.url, { USER_QUOTA: '2' });
  using first = await relay.client('ada');
  using second = await relay.client('ada');
  using third = await relay.client('ada');
  using other = await relay.client('grace');
  expect(await first.allocate()).toBe(ok);
  expect(await second.allocate()).toBe(ok);
  expect(await third.allocate()).toBe(quotaReached);
  expect(await other.allocate()).toBe(ok);
});

test('a relay has so many allocations and no more', async () => {
  await using relay = await startRelay(server.url, { TOTAL_QUOTA: '1' });
  using first = await relay.client();
  using second = await relay.client();
  expect(await first.allocate()).toBe(ok);
  expect(await second.allocate()).toBe(quotaReached);
});

test('a relay serves IPv6, alone or next to IPv4', async context => {
  const address = '::1';
  const sfu = await echo(address).catch(() => undefined);
  if (!sfu) return context.skip('This machine has no IPv6.');
  using _ = sfu;
  await announce('sfu-f', [address]);
  await using alone = await startRelay(server.url, { POD_IPS: address });
  using browser = await alone.client();
  expect(await browser.allocate()).toBe(ok);
  expect(await browser.createPermission(sfu)).toBe(ok);
  await using relay = await startRelay(server.url, { POD_IPS: `${address},127.0.0.1` });
  using client = await relay.client();
  expect(await client.allocate(transports.udp, 6)).toBe(ok);
  expect(await client.createPermission(sfu)).toBe(ok);
  client.send(sfu, 'over six');
  await eventually('the data to come back', () => client.received.includes('over six'));
  for (const denied of ['fd00::1', 'fe80::1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::', 'ff02::1']) {
    expect(await client.createPermission({ address: denied, port: 80 }), denied).toBe(forbidden);
  }
});
