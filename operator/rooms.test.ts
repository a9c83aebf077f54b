/** What a Room's user may ask for, on a real API server and Redis. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type CallQuality, type RoomUid, redisKeys } from '@parley/protocol';
import type { Room } from '@parley/resources';
import { locateTool } from '@parley/setup';
import { eventually } from '@parley/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { labels, type Pod } from './kinds.ts';
import { condition } from './runtime/index.ts';
import { World } from './test/world.ts';

let world: World;

beforeAll(async () => {
  world = await World.start();
  world.startOperator();
  await world.applyPool('default', {
    minimum: 1,
    maximum: 3,
    freeRooms: 0,
    capacity: { roomsPerPod: 10 },
    exposure: { type: 'PodNetwork' },
    turn: { replicas: 1 },
  });
  await eventually('the pool to be ready', async () => {
    const { status } = await world.pool('default');
    return condition(status.conditions, 'Ready')?.status === 'True';
  });
});
afterAll(() => world[Symbol.asyncDispose]());

const minuteMs = 60_000;
/** A wall clock's time in UTC, so many ms from now. */
const wall = (ms: number) => new Date(Date.now() + ms).toISOString().slice(0, 16);
/** So many ms until the next full minute, as schedules know no seconds. */
const untilMinute = () => minuteMs - (Date.now() % minuteMs);
const ready = (room: Room) => condition(room.status.conditions, 'Ready');
const degraded = (room: Room) => condition(room.status.conditions, 'Degraded');
const relaysOf = async ({ metadata }: Room): Promise<Pod[]> =>
  (await world.driver.pods()).filter(pod => pod.metadata.labels[labels.room] === metadata.uid);
const has = (name: string, of: Partial<Record<string, number>>) =>
  eventually(`the events of ${name}: ${Object.keys(of)}`, async () => {
    const events = await world.events(name);
    return Object.entries(of).every(([reason, count]) => events[reason] === count);
  });
const kubectl = async (...args: string[]) => {
  const tool = locateTool('kubectl');
  const { stdout } = await promisify(execFile)(tool, ['--kubeconfig', world.plane.kubeconfig, ...args], {
    maxBuffer: 2 ** 26,
  });
  return stdout;
};
const waitFor = (name: string, what: string) =>
  kubectl('wait', `--for=${what}`, `room/${name}`, '--timeout=20s');

// Schedules know no seconds, so this room is looked at again when the other tests are done.
const brief = { opens: '', closes: '' };
test('a room that is open now has its place', async () => {
  const minutes = untilMinute() < 10_000 ? 2 : 1;
  Object.assign(brief, { opens: wall(-minuteMs), closes: wall(minutes * minuteMs) });
  await world.applyRoom('brief', { schedule: { ...brief, repeat: 'Daily' }, idleTimeToLiveSeconds: 86_400 });
  const { status } = await world.roomWith('brief', 'Placed');
  expect(status.closesAt).toBe(`${brief.closes}:00Z`);
  expect(status.idleSince).toBeDefined();
});

test('a room that opens later takes no place until then', async () => {
  const opens = wall(3 * 3_600_000);
  await world.applyRoom('later', { schedule: { opens, closes: wall(4 * 3_600_000) } });
  const room = await world.roomWith('later', 'NotOpenYet');
  const opensAt = `${opens}:00Z`;
  expect(room.status).toMatchObject({ phase: 'Scheduled', opensAt, sfus: [] });
  expect(ready(room)?.message).toMatch(/^Opens on \w+, \d+ \w+ \d{4}, \d\d:\d\d \(UTC\)\.$/);
  expect(room.status.idleSince).toBeUndefined();
  expect(await world.driver.placement('default/later')).toEqual({
    state: 'closed',
    key: 'default/later',
    uid: room.metadata.uid,
    reason: 'NotOpenYet',
    message: 'The meeting is not open yet.',
    opensAt,
  });
  await has('later', { NotOpenYet: 1 });
  await world.deleteRoom('later');
});

test('a room that is about to open has its place, so that it is ready the moment it opens', async () => {
  await world.applyRoom('soon', {
    schedule: { opens: wall(10 * minuteMs), closes: wall(70 * minuteMs), warmUpMinutes: 15 },
  });
  const warm = await world.roomWith('soon', 'Warming');
  expect(warm.status.phase).toBe('Scheduled');
  expect(warm.status.sfus).toHaveLength(1);
  expect(await world.driver.placement('default/soon')).toMatchObject({
    state: 'closed',
    reason: 'NotOpenYet',
  });
  await has('soon', { Warming: 1, Placed: 1 });

  // Its seat outlives the operator, though Redis knows nothing of it.
  await world.stopOperator();
  world.startOperator();
  await world.patchRoom('soon', { spec: { schedule: { opens: wall(-minuteMs) } } });
  await waitFor('soon', 'condition=Ready');
  const open = await world.room('soon');
  expect(open.status).toMatchObject({ phase: 'Ready', sfus: warm.status.sfus });
  expect(open.status.opensAt).toBeUndefined();
  expect(open.status.closesAt).toMatch(/:00Z$/);
  await has('soon', { Opened: 1, Ready: 1 });
});

test('a room whose time is over gives its place away, sends people out and says so', async () => {
  const before = await world.driver.placement('default/soon');
  if (before?.state !== 'ready') throw new Error('The room is not open.');
  await world.driver.people('default/soon', 2);
  await eventually('the people', async () => (await world.room('soon')).status.participants === 2);
  await world.patchRoom('soon', {
    spec: { schedule: { opens: wall(-10 * minuteMs), closes: wall(-minuteMs) } },
  });
  const room = await world.roomWith('soon', 'Closed');
  expect(room.status).toMatchObject({ phase: 'Closed', sfus: [] });
  expect(await world.driver.placement('default/soon')).toMatchObject({
    state: 'closed',
    reason: 'Closed',
    message: 'The meeting is over.',
  });
  await eventually('its media to be closed', () =>
    world.driver.sfu(before.sfu.pod).closed.includes(room.metadata.uid),
  );
  await has('soon', { Closed: 1 });
  await world.deleteRoom('soon');
});

test('a suspended room is closed until it is no longer suspended', async () => {
  await world.applyRoom('paused', { idleTimeToLiveSeconds: 60 });
  const before = await world.roomWith('paused', 'Placed');
  expect(before.status.idleSince).toBeDefined();
  await world.patchRoom('paused', { spec: { suspended: true } });
  const room = await world.roomWith('paused', 'Suspended');
  expect(room.status).toMatchObject({ phase: 'Suspended', sfus: [] });
  expect(room.status.idleSince).toBeUndefined();
  expect(await world.driver.placement('default/paused')).toMatchObject({
    state: 'closed',
    reason: 'Suspended',
    message: 'The meeting is closed for now.',
  });
  await world.patchRoom('paused', { spec: { suspended: false } });
  await waitFor('paused', 'condition=Ready');
  await has('paused', { Suspended: 1, Resumed: 1, Ready: 2 });
  expect(await world.driver.placement('default/paused')).toMatchObject({ state: 'ready' });
  await world.deleteRoom('paused');
  await has('paused', { Ended: 1 });
});

test('the place of a suspended room is given to another', async () => {
  await world.applyPool('small', {
    minimum: 1,
    maximum: 1,
    capacity: { roomsPerPod: 1 },
    turn: { replicas: 0 },
  });
  await world.applyRoom('first', { pool: 'small' });
  await world.roomWith('first', 'Placed');
  await world.applyRoom('second', { pool: 'small' });
  await world.roomWith('second', 'PoolFull');
  await world.patchRoom('first', { spec: { suspended: true } });
  await world.roomWith('second', 'Placed');
  await world.patchRoom('first', { spec: { suspended: false } });
  await world.roomWith('first', 'PoolFull');
  for (const name of ['first', 'second']) {
    await world.deleteRoom(name);
    await has(name, { Ended: 1 });
  }
  await world.deletePool('small');
});

test('a status never speaks of a spec that was not looked at', async () => {
  await world.applyRoom('changed');
  await world.roomWith('changed', 'Placed');
  // The operator is held up while it writes what follows from the second version, and hears of the third meanwhile.
  await world.driver.redis.call('CLIENT', 'PAUSE', '1500', 'WRITE');
  await world.patchRoom('changed', { spec: { displayName: 'Second' } });
  await world.patchRoom('changed', { spec: { suspended: true } });
  const { generation } = (await world.room('changed')).metadata;
  const { status } = await eventually('a status of the third version', async () => {
    const room = await world.room('changed');
    return room.status.observedGeneration === generation && room;
  });
  expect(status.phase).toBe('Suspended');
  await world.deleteRoom('changed');
});

test('from creation to Ready a Room costs three writes', async () => {
  const writes = async () => {
    const text = await kubectl('get', '--raw', '/metrics');
    const lines = text.split('\n').filter(line => line.startsWith('apiserver_request_total{'));
    const counted = lines.filter(line =>
      /resource="(rooms|events)".*verb="(POST|PUT|PATCH|APPLY)"/.test(line),
    );
    return counted.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  };
  const before = await writes();
  await world.applyRoom('cheap');
  await world.roomWith('cheap', 'Placed');
  await has('cheap', { Ready: 1 });
  const own = 1;
  // Finalizer, status and event.
  expect((await writes()) - before - own).toBe(3);
  await world.deleteRoom('cheap');
});

test('a room gets a relay for itself, which alone it uses, and which goes with it', async () => {
  await world.applyRoom('private', { relay: 'Dedicated' });
  const room = await world.roomWith('private', 'Placed');
  const [relay, ...others] = await eventually('the relay', async () => {
    const found = await relaysOf(room);
    return found.length > 0 && found;
  });
  expect(others).toEqual([]);
  expect(relay?.metadata.labels['app.kubernetes.io/component']).toBe('turn');
  await waitFor('private', 'condition=Degraded=False');
  const shared = await world.driver.placement('default/private');
  if (shared?.state !== 'ready') throw new Error('The room is not ready.');
  expect(shared.turnUrls).toHaveLength(2);
  expect((await world.pool('default')).status.readyRelays).toBe(1);

  await world.patchRoom('private', { spec: { suspended: true } });
  await eventually('the relay to go', async () => (await relaysOf(room)).length === 0);
  await world.patchRoom('private', { spec: { suspended: false } });
  await eventually('another relay', async () => (await relaysOf(room)).length === 1);
  await world.patchRoom('private', { spec: { relay: 'Shared' } });
  await eventually('the relay to go', async () => (await relaysOf(room)).length === 0);
  await world.patchRoom('private', { spec: { relay: 'Dedicated' } });
  await eventually('another relay', async () => (await relaysOf(room)).length === 1);
  await world.deleteRoom('private');
  await eventually('the relay to go', async () => (await relaysOf(room)).length === 0);
});

test('a relay that was lost is made anew, and the room says what is missing meanwhile', async () => {
  await world.applyRoom('careful', { relay: 'Dedicated' });
  const room = await world.roomWith('careful', 'Placed');
  await waitFor('careful', 'condition=Degraded=False');
  const [relay] = await relaysOf(room);
  world.driver.holdsBack.add('turn');
  await world.driver.deletePod(relay?.metadata.name ?? '');
  await waitFor('careful', 'condition=Degraded=True');
  const meanwhile = await world.room('careful');
  expect(degraded(meanwhile)?.reason).toBe('RelayNotReady');
  expect(ready(meanwhile)?.status).toBe('True');
  expect(await world.driver.placement('default/careful')).toMatchObject({ state: 'ready', turnUrls: [] });
  world.driver.holdsBack.clear();
  await waitFor('careful', 'condition=Degraded=False');
  await has('careful', { RelayNotReady: 1, Recovered: 2 });
});

test('a relay that ends at once is made again, later each time', async () => {
  world.driver.holdsBack.add('turn');
  await world.applyRoom('hapless', { relay: 'Dedicated' });
  const room = await world.roomWith('hapless', 'Placed');
  const nextRelay = () =>
    eventually('a relay', async () =>
      (await relaysOf(room)).find(({ status }) => status.phase === 'Pending'),
    );
  await world.driver.fail((await nextRelay()).metadata.name, 'OutOfpods');
  const began = performance.now();
  await eventually('the reason', async () =>
    degraded(await world.room('hapless'))?.message.includes('OutOfpods'),
  );
  await world.driver.fail((await nextRelay()).metadata.name, 'OutOfpods');
  await nextRelay();
  expect(performance.now() - began).toBeGreaterThan(1_400);
  world.driver.holdsBack.clear();
  await waitFor('hapless', 'condition=Degraded=False');
});

test('a relay that the API server refuses is made once it no longer does', async () => {
  const path = '/api/v1/namespaces/parley-system/resourcequotas';
  const quota = { hard: { pods: '0' } };
  const body = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'tight' }, spec: quota };
  await world.plane.client.call({ method: 'POST', path, body });
  // Nobody counts here but the admission itself.
  await world.plane.client.call({
    method: 'PATCH',
    path: `${path}/tight/status`,
    body: { status: { ...quota, used: { pods: '0' } } },
    contentType: 'application/merge-patch+json',
  });
  await world.applyRoom('poor', { relay: 'Dedicated' });
  await eventually('the reason', async () =>
    degraded(await world.room('poor'))?.message.includes('exceeded quota: tight'),
  );
  await world.plane.client.call({ method: 'DELETE', path: `${path}/tight` });
  await waitFor('poor', 'condition=Degraded=False');
});

test('a relay whose Room went while no operator was there goes, too', async () => {
  const room = await world.room('careful');
  await world.stopOperator();
  await world.patchRoom('careful', { metadata: { finalizers: null } });
  await world.deleteRoom('careful');
  expect(await relaysOf(room)).toHaveLength(1);
  world.startOperator();
  await eventually('the relay to go', async () => (await relaysOf(room)).length === 0);
});

test('a room says when no relay of its pool is ready', async () => {
  await world.applyRoom('open');
  await world.roomWith('open', 'Placed');
  expect(degraded(await world.room('open'))?.status).toBe('False');
  world.driver.holdsBack.add('turn');
  for (const pod of await world.driver.pods()) {
    if (pod.metadata.labels['app.kubernetes.io/component'] === 'turn')
      await world.driver.deletePod(pod.metadata.name);
  }
  await waitFor('open', 'condition=Degraded');
  expect(degraded(await world.room('open'))?.reason).toBe('RelaysDown');
  world.driver.holdsBack.clear();
  await waitFor('open', 'condition=Degraded=False');
});

test('how the call goes is in the status, in steps, and why it is poor, and only while there is one', async () => {
  const room = await world.room('open');
  const pod = room.status.sfus[0]?.pod ?? '';
  const uid = room.metadata.uid as RoomUid;
  await world.driver.people('default/open', 2);
  const { redis } = world.driver;
  const calls: CallQuality = {
    people: 2,
    audioMos: 288,
    videoScore: 404,
    poor: { network: 2, relay: 0, device: 0, unknown: 0 },
  };
  await redis.hset(redisKeys.quality(pod), uid, '87.5');
  await redis.zadd(redisKeys.replicas, Date.now(), 'replica-0');
  await redis.hset(redisKeys.callQuality('replica-0'), uid, JSON.stringify(calls));
  await eventually('the quality', async () => (await world.room('open')).status.quality === 90, 30_000);
  const table = await kubectl('get', 'rooms', '-o', 'wide');
  expect(table.split('\n')[0]).toMatch(/^NAME +PHASE +PARTICIPANTS +SFU +QUALITY +URL +AGE/);
  expect(table).toMatch(new RegExp(`open +Ready +2 +${pod} +90 `));
  const poor = await world.room('open');
  expect(poor.status).toMatchObject({ audioMos: 290, videoScore: 400, poorParticipants: 2 });
  expect(degraded(poor)).toMatchObject({ status: 'True', reason: 'ClientNetwork' });
  await redis.hset(redisKeys.callQuality('replica-0'), uid, JSON.stringify({ ...calls, audioMos: 430 }));
  await waitFor('open', 'condition=QualityMet');
  await waitFor('open', 'condition=Degraded=False');
  await redis.del(redisKeys.quality(pod), redisKeys.callQuality('replica-0'));
  await redis.zrem(redisKeys.replicas, 'replica-0');
  const none = async () => {
    const { status } = await world.room('open');
    return status.quality === undefined && status.audioMos === undefined;
  };
  await eventually('no figures', none, 30_000);
}, 100_000);

test('a room closes by itself, in time, until it opens again', async () => {
  const closed = async () => {
    const seen = await world.room('brief');
    return ready(seen)?.reason === 'NotOpenYet' && seen;
  };
  const { status } = await eventually('the room to close', closed, 130_000);
  expect(Date.now() - Date.parse(`${brief.closes}:00Z`)).toBeGreaterThanOrEqual(0);
  const tomorrow = Date.parse(`${brief.opens}:00Z`) + 86_400_000;
  expect(Date.parse(status.opensAt ?? '')).toBe(tomorrow);
  expect(status).toMatchObject({ phase: 'Scheduled', sfus: [] });
  expect(status.idleSince).toBeUndefined();
  await has('brief', { Closed: 1 });
}, 140_000);
