import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@parley/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isWrite } from './test/fault-proxy.ts';
import { Replica } from './test/replica.ts';
import { World } from './test/world.ts';

const lease = '/apis/coordination.k8s.io/v1/namespaces/parley-system/leases/parley-operator';
const short = { LEASE_SECONDS: '4', LEASE_RENEW_DEADLINE_SECONDS: '2.5', LEASE_RETRY_SECONDS: '0.5' };

let world: World;
let leader: Replica;
let standby: Replica;
const replicas: Replica[] = [];

const start = async (name: string, environment: Record<string, string> = short) => {
  const replica = await Replica.start(world, name, environment);
  replicas.push(replica);
  return replica;
};
const leads = (replica: Replica) => eventually(`${replica.name} to lead`, () => replica.isLeading(), 20_000);
const readLease = async () =>
  (
    await world.plane.client.call<{ spec: { holderIdentity: string; leaseTransitions: number } }>({
      path: lease,
    })
  ).spec;

/** Gives the leader something to write, over and over: the SFU comes back as another. */
async function churn(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    for (const pod of await world.driver.sfuPods()) await world.driver.sfu(pod.metadata.name).restart();
    await sleep(50, undefined, { signal }).catch(() => undefined);
  }
}

/** Runs while the leader writes all the time, until the standby has written too. */
async function whileBusy(before: Replica, after: Replica, work: () => Promise<void> | void): Promise<void> {
  const busy = new AbortController();
  const churning = churn(busy.signal);
  try {
    const seen = before.redisWrites.length;
    await eventually(`${before.name} to write`, () => before.redisWrites.length > seen + 2);
    await work();
    await eventually(`${after.name} to write`, () => after.redisWrites.length > 2, 20_000);
  } finally {
    busy.abort();
    await churning;
  }
}

const last = (numbers: number[]) => numbers.at(-1) ?? Number.NaN;
const first = (numbers: number[]) => numbers[0] ?? Number.NaN;

beforeAll(async () => {
  world = await World.start();
  await world.applyPool('default', { minimum: 1, maximum: 1, turn: { replicas: 0 } });
  leader = await start('a');
  await leads(leader);
  standby = await start('b');
  await world.applyRoom('demo');
  await world.roomWith('demo', 'Placed');
});
afterAll(async () => {
  for (const replica of replicas) await replica[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

test('of two operators one acts; the other is ready and writes nothing at all', async () => {
  expect(await standby.isReady()).toBe(true);
  expect(await standby.isLeading()).toBe(false);
  expect(leader.writes.length).toBeGreaterThan(5);
  expect(standby.proxy.seen.length).toBeGreaterThan(5);
  expect(standby.proxy.seen.filter(isWrite)).toEqual([]);
  expect(standby.redisWrites).toEqual([]);
  const { holderIdentity, leaseTransitions } = await readLease();
  expect(holderIdentity).toMatch(/^a_[0-9a-f]{12}$/);
  expect(leaseTransitions).toBe(0);
});

test('a leader that is killed is replaced by the standby, which goes on with what there is', async () => {
  const pods = (await world.driver.pods()).map(pod => pod.metadata.name);
  await whileBusy(leader, standby, async () => {
    leader.running.killGroup();
    await leader.running.exited;
    await world.applyRoom('after');
    await leads(standby);
    await world.roomWith('after', 'Placed');
  });
  expect(last(leader.writes)).toBeLessThan(first(standby.writes));
  expect((await world.driver.pods()).map(pod => pod.metadata.name)).toEqual(pods);
  expect((await readLease()).leaseTransitions).toBe(1);
});

test('a leader that is cut off from the API server but not from Redis stops acting before another starts', async () => {
  leader = standby;
  standby = await start('c');
  await whileBusy(leader, standby, () => leader.proxy.cut());
  expect(last(leader.writes)).toBeLessThan(first(standby.writes));
  expect((await leader.running.exited).code).toBe(1);
  const log = await leader.log();
  expect(log).toContain('no longer the leader');
  expect(log).toContain('its lease was not renewed in time');
});

test('a leader that was frozen past the end of its lease writes nothing when it wakes up', async () => {
  leader = standby;
  standby = await start('d');
  await whileBusy(leader, standby, () => leader.running.signal('SIGSTOP'));
  const before = leader.writes.length;
  leader.running.signal('SIGCONT');
  expect((await leader.running.exited).code).toBe(1);
  expect(leader.writes.length).toBe(before);
  expect(last(leader.writes)).toBeLessThan(first(standby.writes));
});

test('a leader that is told to stop gives its lease back: another acts at once', async () => {
  // Its lease would last for minutes.
  const patient = { LEASE_SECONDS: '600', LEASE_RENEW_DEADLINE_SECONDS: '500' };
  const e = await start('e', patient);
  standby.running.killGroup();
  await leads(e);
  const f = await start('f', patient);
  const began = performance.now();
  e.running.signal('SIGTERM');
  await leads(f);
  expect(performance.now() - began).toBeLessThan(5_000);
  expect((await e.running.exited).code).toBe(0);
  expect(await e.log()).toContain('gave the lease back');
  expect(first(f.writes) || Number.POSITIVE_INFINITY).toBeGreaterThan(last(e.writes) || 0);
});
