import { randomUUID } from 'node:crypto';
import { RoomKey, redisKeys, type SfuInstance } from '@parley/protocol';
import { parseRedisUrl } from '@parley/redis';
import { createLogger } from '@parley/telemetry';
import { eventually, startRedis, type TestRedis } from '@parley/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RedisConnection } from './connection.ts';
import { isMoved } from './moves.ts';

const log = createLogger('operator');
log.level = 'silent';
const room = RoomKey.parse('default/room');
const [first, second, third] = ['sfu-0', 'sfu-1', 'sfu-2'].map(pod => ({
  generation: `of ${pod}`,
  sfu: { pod, instance: randomUUID() as SfuInstance, controlUrl: 'http://127.0.0.1:9' },
})) as [Carrier, Carrier, Carrier];
interface Carrier {
  generation: string;
  sfu: { pod: string; instance: SfuInstance; controlUrl: string };
}

let server: TestRedis;
let redis: Redis;
let connection: RedisConnection;

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
  connection = new RedisConnection({ address: parseRedisUrl(server.url), ca: undefined }, log);
  connection.start();
  await eventually('Redis', () => connection.available);
});
afterAll(async () => {
  connection.stop();
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

test.each<[string, { main?: Carrier; branches?: Carrier[]; former?: Carrier }, Carrier[], boolean]>([
  ['it is where it is placed', { main: first }, [first], true],
  ['it is elsewhere', { main: first }, [second], false],
  ['nobody has media', {}, [second], true],
  ['it still moves', { main: second, former: first }, [second], false],
  ['nobody is on a further one yet', { main: first }, [first, second], true],
  ['a further one is left', { main: first, branches: [second] }, [first, third], false],
  ['another is the main one in its state', { main: third, branches: [second] }, [second, third], true],
  ['nobody is on the main one of the placement', { main: third }, [second, third], true],
  ['the main one is left', { main: first, branches: [third] }, [third], false],
])('a room has moved, or not: %s', async (_, { main, branches, former }, to, moved) => {
  const facts = { carrier: main, branches, former };
  const known = Object.entries(facts).flatMap(([key, value]) => (value ? [key, JSON.stringify(value)] : []));
  await redis.del(redisKeys.room(room));
  await redis.hset(redisKeys.room(room), 'uid', 'some', ...known);
  const instances = to.map(({ sfu }) => sfu.instance);
  expect(await isMoved(connection, room, instances)).toBe(moved);
});
