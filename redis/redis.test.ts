import { inspect } from 'node:util';
import { eventually, redisKinds, type SecureRedis, startRedis, startSecureRedis } from '@parley/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  createRedis,
  getAll,
  onServersChanged,
  parseRedisUrl,
  type RedisClient,
  type RedisClientOptions,
  redisCaFile,
  redisUrl,
  scanKeys,
} from './index.ts';

const Settings = z.object({ REDIS_URL: redisUrl, REDIS_CA_FILE: redisCaFile });
const clients: RedisClient[] = [];

function connect(
  environment: Record<string, string>,
  options: Partial<RedisClientOptions> = {},
): RedisClient {
  const { REDIS_URL: address, REDIS_CA_FILE: ca } = Settings.parse(environment);
  const client = createRedis({ address, ca }, { name: 'test', purpose: 'commands', ...options });
  client.on('error', () => {});
  clients.push(client);
  return client;
}

const ready = (client: RedisClient) => eventually('a connection', () => client.status === 'ready');

afterAll(() => {
  for (const client of clients) client.disconnect();
});

describe.each(redisKinds)('%s, with TLS, a user and a password', kind => {
  let redis: SecureRedis;
  let commands: RedisClient;
  let subscriber: RedisClient;
  const heard: string[] = [];

  beforeAll(async () => {
    redis = await startSecureRedis(kind);
    commands = connect(redis.environment);
    subscriber = connect(redis.environment, { purpose: 'subscriptions' });
    subscriber.on('message', (_, message) => heard.push(message));
    await Promise.all([ready(commands), subscriber.subscribe('parley:test')]);
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  test('many keys are read and found, wherever they are', async () => {
    const keys = Array.from({ length: 100 }, (_, index) => `parley:{${index}}:test`);
    await Promise.all(keys.map(key => commands.set(key, key)));
    expect(await getAll(commands, [...keys, 'parley:missing'])).toEqual([...keys, null]);
    const found: string[] = [];
    for await (const some of scanKeys(commands, 'parley:{*}:test', 10)) found.push(...some);
    expect(found.toSorted()).toEqual(keys.toSorted());
  });

  test('scripts run and messages arrive', async () => {
    commands.defineCommand('count', { numberOfKeys: 1, lua: `return redis.call('INCR', KEYS[1])` });
    const count: (key: string) => Promise<number> = Reflect.get(commands, 'count');
    for (const name of ['a', 'b', 'c']) await count.call(commands, `parley:count:${name}`);
    expect(await count.call(commands, 'parley:count:a')).toBe(2);
    await commands.publish('parley:test', 'hello');
    await eventually('the message', () => heard.includes('hello'));
  });

  test('no error holds a password', async () => {
    const errors: unknown[] = [];
    const url = redis.environment.REDIS_URL.replace('p%40rley%2F1', 'hunter2');
    const client = connect({ ...redis.environment, REDIS_URL: url });
    client.on('error', error => errors.push(error));
    await eventually('a refusal', () => errors.length > 0);
    errors.push(await client.get('parley:x').catch(error => error));
    expect(inspect(errors, { depth: 10 })).toContain('WRONGPASS');
    expect(inspect(errors, { depth: 10 })).not.toContain('hunter2');
  });

  test('when a server is replaced, its users go on', async () => {
    let changes = 0;
    onServersChanged(commands, () => {
      changes += 1;
    });
    await redis.loseMaster('parley:x');
    await eventually('commands to work', async () => (await commands.set('parley:x', '1')) === 'OK', 20_000);
    await eventually('to be told', () => changes > 0);
    await eventually('messages', async () => {
      await commands.publish('parley:test', 'again');
      return heard.includes('again');
    });
  });
});

test('a master that answers nobody is left for the one that takes over', async () => {
  await using redis = await startSecureRedis('sentinel');
  const commands = connect(redis.environment);
  const subscriber = connect(redis.environment, { purpose: 'subscriptions' });
  let heard = 0;
  subscriber.on('message', () => {
    heard += 1;
  });
  await Promise.all([ready(commands), subscriber.subscribe('parley:test')]);
  await redis.loseMaster('parley:x', 'freezes');
  await eventually(
    'both to have moved',
    async () => (await commands.publish('parley:test', '')) > 0 && heard > 0,
    25_000,
  );
});

test('commands fail at once while there is no connection, and later ones work', async () => {
  for (const url of [
    'redis://127.0.0.1:1',
    'redis+sentinel://127.0.0.1:1/m',
    'redis+cluster://127.0.0.1:1',
  ]) {
    const client = createRedis({ address: parseRedisUrl(url) }, { name: 'test', purpose: 'commands' });
    client.on('error', () => {});
    clients.push(client);
    await expect(client.get('x')).rejects.toThrow();
  }
});

describe('what is asked of one server in one turn of the event loop', () => {
  const connected = async (url: string) => {
    const client = connect({ REDIS_URL: url });
    await ready(client);
    if (!(client instanceof Redis)) throw new Error('not a single server');
    return client;
  };

  test('is written at once and answered in its order', async () => {
    await using server = await startRedis();
    const client = await connected(server.url);
    const answers = Promise.all([client.set('a', '1'), client.incr('a'), client.get('a')]);
    expect(client.stream.writableCorked).toBe(1);
    expect(await answers).toEqual(['OK', 2, '2']);
    expect(client.stream.writableCorked).toBe(0);
  });

  test('arrives also if the connection is ended in that turn', async () => {
    await using server = await startRedis();
    const client = await connected(server.url);
    client.set('a', '1').catch(() => {});
    client.disconnect();
    const other = await connected(server.url);
    expect(await eventually('the value', async () => (await other.get('a')) ?? undefined)).toBe('1');
  });

  test('fails if the connection breaks in that turn, and what comes after it does not', async () => {
    await using server = await startRedis();
    const client = await connected(server.url);
    const lost = client.set('a', '1');
    client.stream.destroy();
    await expect(lost).rejects.toThrow();
    await ready(client);
    expect(await client.ping()).toBe('PONG');
  });
});
