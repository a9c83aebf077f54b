import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { redisKeys } from '@parley/protocol';
import { eventually, startRedis } from '@parley/testing';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { CoturnLog, eventOf } from './coturn-events.ts';
import { oldSecret, registration, startRelay, type TestRelay } from './test-relay.ts';
import { credentials, TurnClient, transports } from './test-turn-client.ts';

const session = 'session 000000000000000002: ';
const usage = 'usage: realm=<parley>, username=<1700000000:ada>, rp=1002, rb=100200, sp=1042, sb=104200';

test('lines that tell of traffic, allocations and refusals are understood with and without a clock', () => {
  for (const clock of ['', '17: ', '17: : INFO: ', '17: (4711): INFO: ']) {
    expect(eventOf(`${clock}${session}peer ${usage}`)).toEqual({
      type: 'relayed',
      toClients: { packets: 1002, bytes: 100_200 },
      fromClients: { packets: 1042, bytes: 104_200 },
    });
    // This one counts what TURN adds.
    expect(eventOf(`${clock}${session}${usage}`)).toBeUndefined();
    const made = `${clock}${session}new, realm=<parley>, username=<1700000000:ada>, lifetime=600`;
    expect(eventOf(made)).toEqual({ type: 'allocated' });
  }
  const refused = (error: string) =>
    eventOf(`${session}realm <parley> user <>: incoming packet ALLOCATE processed, error ${error}`);
  expect(refused('486: Allocation Quota Reached')).toEqual({ type: 'refused', reason: 'quota' });
  expect(refused('508: Cannot create socket')).toEqual({ type: 'refused', reason: 'capacity' });
  expect(refused('437: Allocation mismatch')).toEqual({ type: 'refused', reason: 'other' });
  // So is every first request.
  expect(refused('401: Unauthorized')).toBeUndefined();
  expect(eventOf('check_stun_auth: user <1700000000:ada> credentials are incorrect')).toEqual({
    type: 'refused',
    reason: 'credentials',
  });
});

test('more than a line can tell of is not believed', () => {
  const line = (rp: string, rb: string) =>
    `${session}peer usage: realm=<parley>, username=<a>, rp=${rp}, rb=${rb}, sp=1, sb=1`;
  expect(eventOf(line('2048', '2000000'))).toBeDefined();
  expect(eventOf(line('99999999', '2000000'))).toBeUndefined();
  expect(eventOf(line('3', '99999999999999999999999999'))).toBeUndefined();
});

test('what a client wrote into the log is passed over, and what comes after it is not', () => {
  const log = new CoturnLog();
  const line = `${session}peer ${usage}`;
  expect(log.read(line)).toBeDefined();
  expect(log.read('3: : check_stun_auth: wrong username: x')).toBeUndefined();
  for (let length = 0; length < 1_024; length += line.length + 1) expect(log.read(line)).toBeUndefined();
  expect(log.read(line)).toBeDefined();
  const closed = `${session}closed (2nd stage), user <1:ada> realm <parley> origin <`;
  expect(log.read(`${closed}>, local 127.0.0.1:3478, remote 127.0.0.1:1, reason: timeout`)).toBeUndefined();
  expect(log.read(line)).toBeDefined();
  expect(log.read(`${closed}x`)).toBeUndefined();
  expect(log.read(line)).toBeUndefined();
});

/** The attribute in which browsers once said from which site a page is. */
const origin = 0x802f;

/** The value of one series. */
async function figure(relay: TestRelay, series: string): Promise<number> {
  const { text } = await relay.get('/metrics');
  const line = text.split('\n').find(each => each.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1));
}

test('what coturn relays and refuses is counted, and a name that a client makes up is not', async () => {
  await using server = await startRedis();
  const redis = new Redis(server.url);
  await redis.set(redisKeys.sfu('sfu-a'), registration('sfu-a', ['127.77.9.2']));
  redis.disconnect();
  await using relay = await startRelay(server.url, { USER_QUOTA: '1' });
  const sfu = createSocket('udp4');
  sfu.on('message', (message, from) => sfu.send(message, from.port, from.address));
  sfu.bind(0, '127.77.9.2');
  await once(sfu, 'listening');
  const peer = { address: '127.77.9.2', port: sfu.address().port };

  using client = await relay.client('ada');
  await client.allocate();
  await client.bindChannel(0x4000, peer);
  for (let each = 1; each <= 20; each++) {
    client.sendOnChannel(0x4000, `${each} is as long as this`.padEnd(100));
    await eventually('the answer', () => client.received.length === each);
  }
  expect(await client.createPermission({ address: '10.0.0.1', port: 80 })).toBe(403);
  using second = await relay.client('ada');
  expect(await second.allocate()).toBe(486);
  using tcp = await relay.client('bob');
  expect(await tcp.allocate(transports.tcp)).toBe(442);
  const fake = `x>\n0: : ${session}peer ${usage}\n<`;
  const allocateAs = async (username: string) => {
    const liar = { ...credentials(oldSecret), username };
    using stranger = await TurnClient.open({ address: relay.ip, port: relay.turnPort }, liar);
    return await stranger.request('allocate', [[origin, Buffer.from(username.slice(0, 120))]]);
  };
  const nobody = { ...credentials(oldSecret), username: 'nobody' };
  using stranger = await TurnClient.open({ address: relay.ip, port: relay.turnPort }, nobody);
  expect(await stranger.allocate()).toBe(401);
  expect(await allocateAs(fake)).toBe(400);
  // Then the log is believed again.
  for (let each = 0; each < 20; each++) expect(await client.createPermission(peer)).toBe(0);

  // An allocation that is given back is counted to its end.
  await client.refresh(0);
  await eventually('what was relayed', async () => {
    return (await figure(relay, 'parley_turn_relayed_bytes_total{direction="from_clients"}')) === 2_000;
  });
  expect(await figure(relay, 'parley_turn_relayed_bytes_total{direction="to_clients"}')).toBe(2_000);
  expect(await figure(relay, 'parley_turn_relayed_packets_total{direction="to_clients"}')).toBe(20);
  expect(await figure(relay, 'parley_turn_new_allocations_total')).toBe(1);
  expect(await figure(relay, 'parley_turn_denied_peers_total')).toBe(1);
  for (const [reason, count] of Object.entries({ quota: 1, other: 1, credentials: 1, capacity: 0 })) {
    const series = `parley_turn_allocation_failures_total{reason="${reason}"}`;
    expect(await figure(relay, series), reason).toBe(count);
  }
  sfu.close();
});
