import { RoomKey } from '@parley/protocol';
import { createRedis, parseRedisUrl } from '@parley/redis';
import { startRedis } from '@parley/testing';
import { expect, test } from 'vitest';
import { JoinTurns } from '../state/join-turns.ts';
import { longestWaitMs, nextTurn, type Turns } from './join-queue.ts';

const rate = { perSecond: 10, burst: 2 };
const fresh: Turns = { tokens: 2, promised: 0, at: 0 };
/** Those who come at these times, in ms, and how long each is told to wait. */
const waits = (times: number[], of = rate) => {
  let turns = fresh;
  return times.map(now => {
    const next = nextTurn(turns, of, now);
    turns = next.turns;
    return next.waitMs;
  });
};

test('J7 a burst goes in, the others are told to come one after another', () => {
  expect(waits([0, 0, 0, 0, 0])).toEqual([0, 0, 100, 200, 300]);
});

test('J7 who comes at their time is let in', () => {
  expect(waits([0, 0, 0, 0, 100, 200])).toEqual([0, 0, 100, 200, 0, 0]);
});

test('J7 promises are forgotten when their time is over', () => {
  expect(waits([0, 0, 0, 0, 1000, 1000, 1000])).toEqual([0, 0, 100, 200, 0, 0, 100]);
});

test('J7 nobody is told to wait for longer than the longest wait', () => {
  expect(Math.max(...waits(Array(5000).fill(0)))).toBe(longestWaitMs);
  expect(Math.max(...waits(Array(9).fill(0), { perSecond: 0.001, burst: 2 }))).toBe(longestWaitMs);
});

test('a clock that goes back does no harm', () => {
  expect(waits([1000, 0, 0])).toEqual([0, 0, 100]);
});

test('J7 the turns of a room are those of all replicas, and of no other room', async () => {
  await using server = await startRedis();
  const address = parseRedisUrl(server.url);
  const replicas = [1, 2].map(() => createRedis({ address }, { name: 'test', purpose: 'subscriptions' }));
  const [one, two] = replicas.map(redis => new JoinTurns(redis, { perSecond: 1, burst: 2 }));
  const room = RoomKey.parse('default/daily');
  expect([await one?.take(room), await two?.take(room)]).toEqual([0, 0]);
  const told = [await one?.take(room), await two?.take(room)];
  expect(told[0]).toBeGreaterThan(500);
  expect(told[1]).toBeGreaterThan(told[0] ?? 0);
  expect(await one?.take(RoomKey.parse('default/weekly'))).toBe(0);
  const key = 'parley:{default/daily}:joins';
  expect(await replicas[0]?.pttl(key), 'it goes when nobody waits').toBeGreaterThan(0);
  for (const redis of replicas) redis.disconnect();
});
