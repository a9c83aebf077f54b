import { eventually } from '@parley/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { calls, FaultProxy, isWatch } from './test/fault-proxy.ts';
import { World } from './test/world.ts';

let world: World;
let proxy: FaultProxy;
let count = 0;

beforeAll(async () => {
  world = await World.start();
  proxy = await FaultProxy.start(world.plane);
  await world.applyPool('default', { minimum: 1, maximum: 1, turn: { replicas: 0 } });
  await world.applyRoom('first');
  world.startOperator({ server: proxy.url, environment: { WATCH_SECONDS: '2' } });
  await world.roomWith('first', 'Placed');
});
afterEach(() => proxy.heal());
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await proxy[Symbol.asyncDispose]();
});

/** A Room is made and becomes Ready, then goes, and no pod is lost or made twice meanwhile. */
async function aRoomComesAndGoes(): Promise<void> {
  const pods = (await world.driver.sfuPods()).map(pod => pod.metadata.name);
  count += 1;
  const name = `room-${count}`;
  await world.applyRoom(name);
  const { metadata } = await world.roomWith(name, 'Placed');
  await world.deleteRoom(name);
  await eventually('the room to go', () => world.roomIsGone(name));
  expect(await world.driver.placement(`default/${name}`)).toMatchObject({
    state: 'ended',
    uid: metadata.uid,
  });
  expect((await world.driver.sfuPods()).map(pod => pod.metadata.name)).toEqual(pods);
}

const status = (code: number, reason: string) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'Status', status: 'Failure', code, reason, message: 'so be it' });
const event = (type: string, object: unknown) => `${JSON.stringify({ type, object })}\n`;
const metadata = { name: 'x', namespace: 'default', uid: 'x', resourceVersion: '1' };
const lists = calls('GET', 'rooms');
const watchesOf = (resource: string) => (call: { method: string; path: string; at: number }) =>
  isWatch(call) && call.path.includes(`/${resource}?`);
const relist = () => proxy.inject('rooms', event('ERROR', JSON.parse(status(410, 'Expired'))));

test.each<[string, () => void]>([
  ['are closed', () => proxy.closeWatches()],
  ['say nothing more', () => proxy.silenceWatches()],
  ['end with 410 inside', relist],
  [
    'end with 500 inside',
    () => proxy.inject('rooms', event('ERROR', JSON.parse(status(500, 'InternalError')))),
  ],
  ['send a line that is not JSON', () => proxy.inject('rooms', '<html>502 Bad Gateway</html>\n')],
  [
    'send half an event',
    () => {
      proxy.inject('rooms', '{"type":"ADDED","object":{"kind":"Ro');
      proxy.closeWatches();
    },
  ],
  ['send an object without metadata', () => proxy.inject('rooms', event('MODIFIED', { kind: 'Room' }))],
  [
    'send an object of another kind',
    () => proxy.inject('rooms', event('ADDED', { kind: 'Secret', metadata })),
  ],
  [
    'send an event that nobody knows',
    () => proxy.inject('rooms', event('RENAMED', { kind: 'Room', metadata })),
  ],
  ['send a bookmark without a version', () => proxy.inject('rooms', event('BOOKMARK', { kind: 'Room' }))],
])('watches that %s are made anew', async (_, fault) => {
  fault();
  await aRoomComesAndGoes();
});

test.each<[string, (path: string) => void]>([
  ['410', path => proxy.plan(watchesOf(path), { kind: 'answer', status: 410, body: status(410, 'Gone') })],
  ['500', path => proxy.plan(watchesOf(path), { kind: 'answer', status: 500, body: 'oh' }, 2)],
  [
    '429',
    path => {
      const headers = { 'retry-after': '1' };
      proxy.plan(watchesOf(path), {
        kind: 'answer',
        status: 429,
        headers,
        body: status(429, 'TooManyRequests'),
      });
    },
  ],
])('a watch that is refused with %s is asked for again', async (_, plan) => {
  for (const resource of ['rooms', 'pods']) plan(resource);
  proxy.closeWatches();
  await eventually('the refusals', () => proxy.pending === 0);
  await aRoomComesAndGoes();
});

test('Retry-After is kept to, for a watch', async () => {
  const refused = { kind: 'answer', status: 429, headers: { 'retry-after': '2' }, body: '' } as const;
  proxy.plan(watchesOf('rooms'), refused);
  proxy.closeWatches();
  await eventually('the refusal', () => proxy.pending === 0);
  const refusedAt = proxy.seen.findLast(watchesOf('rooms'))?.at ?? 0;
  const next = await eventually('the next watch', () =>
    proxy.seen.find(call => watchesOf('rooms')(call) && call.at > refusedAt),
  );
  expect(next.at - refusedAt).toBeGreaterThanOrEqual(1_990);
});

test('a server that is too busy for a watch is not asked for a list instead', async () => {
  const before = proxy.seen.filter(lists).length;
  proxy.plan(watchesOf('rooms'), { kind: 'answer', status: 429, body: status(429, 'TooManyRequests') }, 3);
  proxy.closeWatches();
  await eventually('the refusals', () => proxy.pending === 0);
  await aRoomComesAndGoes();
  expect(proxy.seen.filter(lists)).toHaveLength(before);
});

test.each<[string, () => void]>([
  ['is cut off in the middle', () => proxy.plan(lists, { kind: 'cut answer' }, 2)],
  ['is not JSON', () => proxy.plan(lists, { kind: 'change answer', change: () => 'hello' }, 2)],
  ['is half JSON', () => proxy.plan(lists, { kind: 'change answer', change: body => body.slice(0, 99) }, 2)],
  ['is no list', () => proxy.plan(lists, { kind: 'change answer', change: () => '{"kind":"Room"}' }, 2)],
  [
    'has something without metadata',
    () =>
      proxy.plan(lists, {
        kind: 'change answer',
        change: () => '{"metadata":{"resourceVersion":"1"},"items":[{"spec":{}}]}',
      }),
  ],
  [
    'is refused with 410',
    () => proxy.plan(lists, { kind: 'answer', status: 410, body: status(410, 'Expired') }, 2),
  ],
  [
    'is refused with 429',
    () => proxy.plan(lists, { kind: 'answer', status: 429, headers: { 'retry-after': '1' }, body: '' }),
  ],
  ['is refused with 503', () => proxy.plan(lists, { kind: 'answer', status: 503, body: '' }, 2)],
])('a list that %s is asked for again', async (_, plan) => {
  plan();
  relist();
  await eventually('the fault', () => proxy.pending === 0);
  expect(world.operator.readiness()).toEqual({ ready: true });
  await aRoomComesAndGoes();
  expect(await world.room('first')).toMatchObject({ status: { phase: 'Ready' } });
});

test('a list whose continuation has expired begins again, and nothing in it is taken for gone', async () => {
  await world.applyRoom('second');
  await world.roomWith('second', 'Placed');
  const before = await world.driver.placement('default/first');
  proxy.pageSize = 1;
  const continued = (call: { method: string; path: string; at: number }) =>
    lists(call) && call.path.includes('continue=');
  proxy.plan(continued, { kind: 'answer', status: 410, body: status(410, 'Expired') }, 2);
  relist();
  await eventually('the expired continuations', () => proxy.pending === 0);
  await aRoomComesAndGoes();
  expect(await world.driver.placement('default/first')).toEqual(before);
  await world.deleteRoom('second');
});

test('a change to a room whose answer is lost is made once', async () => {
  proxy.plan(calls('PATCH', 'rooms'), { kind: 'lose answer' }, 3);
  await aRoomComesAndGoes();
  expect(proxy.pending).toBe(0);
});

test.each<[string, Parameters<FaultProxy['plan']>[1]]>([
  ['lost', { kind: 'lose answer' }],
  ['cut off', { kind: 'cut answer' }],
  ['not JSON', { kind: 'change answer', change: () => 'hello' }],
  ['another object', { kind: 'change answer', change: () => '{"kind":"Status"}' }],
  ['500 though it was done', { kind: 'change answer', status: 500, change: () => '' }],
])('a pod is made once, though the answer is %s', async (_, fault) => {
  const name = `pool-${count}`;
  count += 1;
  proxy.plan(calls('POST', 'pods'), fault);
  await world.applyPool(name, { minimum: 2, maximum: 2, turn: { replicas: 0 } });
  await eventually('the pool to be ready', async () => (await world.pool(name)).status.readyPods === 2);
  expect(proxy.pending).toBe(0);
  const pods = (await world.driver.sfuPods()).filter(pod => pod.metadata.name.startsWith(name));
  expect(pods).toHaveLength(2);
  await world.deletePool(name);
  await eventually('its pods to go', async () =>
    (await world.driver.sfuPods()).every(pod => !pod.metadata.name.startsWith(name)),
  );
});

test('writes that are refused for a while are done in the end', async () => {
  const retryLater = { 'retry-after': '1' };
  proxy.plan(calls('POST', 'pods'), { kind: 'answer', status: 429, headers: retryLater, body: '' });
  proxy.plan(calls('PATCH', 'rooms'), { kind: 'answer', status: 500, body: '' }, 3);
  await aRoomComesAndGoes();
  await world.applyPool('slow', { minimum: 1, maximum: 1, turn: { replicas: 0 } });
  await eventually('the pool to be ready', async () => (await world.pool('slow')).status.readyPods === 1);
  expect(proxy.pending).toBe(0);
});

test('a watch that says nothing shows in the figures and is given up in time', async () => {
  const silence = async () => {
    const text = await world.registry.metrics();
    return Number(/watch_silence_seconds\{resource="rooms"\} (\S+)/.exec(text)?.[1]);
  };
  proxy.silenceWatches();
  const began = performance.now();
  await eventually('the silence to be seen', async () => (await silence()) > 2.5);
  const next = await eventually('a new watch', () =>
    proxy.seen.find(call => watchesOf('rooms')(call) && call.at > began),
  );
  // Five thirds of the time after which the server would have ended it, and a pause.
  expect(next.at - began).toBeLessThan(2_000 * (5 / 3) + 1_500);
  await eventually('the silence to be over', async () => (await silence()) < 1);
});

test('an API server that is away for a moment changes nothing', async () => {
  const before = await world.driver.placement('default/first');
  proxy.cut();
  await eventually('the loss to be noticed', async () =>
    (await world.registry.metrics()).includes('code="none"'),
  );
  proxy.heal();
  await aRoomComesAndGoes();
  expect(await world.driver.placement('default/first')).toEqual(before);
});
