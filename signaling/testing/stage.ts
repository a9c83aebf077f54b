import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { MediaSource, ProducerId, ReadyPlacement } from '@parley/protocol';
import { createRedis, parseRedisUrl, type RedisClient } from '@parley/redis';
import { eventually, startRedis, type TestRedis } from '@parley/testing';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { type Grant, RoomTokens } from '../access/tokens.ts';
import { TestClient } from './client.ts';
import { secrets, startSfu } from './processes.ts';
import { type RunningReplica, startReplica } from './replica.ts';
import { place, readyPlacement } from './rooms.ts';
import { opus } from './rtp.ts';

/** Where Redis is, as settings. */
export type RedisEnvironment = { REDIS_URL: string; REDIS_CA_FILE?: string };
type ClientOptions = ConstructorParameters<typeof TestClient>[1];

/** A connection to Redis of any kind, which outlives that Redis is stopped. */
export async function connectTo({ REDIS_URL, REDIS_CA_FILE }: RedisEnvironment): Promise<RedisClient> {
  const ca = REDIS_CA_FILE && readFileSync(REDIS_CA_FILE, 'utf8');
  const address = parseRedisUrl(REDIS_URL);
  const redis = createRedis({ address, ...(ca && { ca }) }, { name: 'test', purpose: 'commands' });
  redis.on('error', () => {});
  await eventually('a connection', () => redis.status === 'ready').catch(error => {
    redis.disconnect();
    throw error;
  });
  return redis;
}

/** A connection to Redis, a real SFU as a process and ready replicas in the test's own process. All of it ends with `stack`. */
export async function startServices(
  stack: AsyncDisposableStack,
  environment: RedisEnvironment,
  {
    replicas: count = 2,
    settings = {},
    sfuSettings = {},
  }: Pick<Wish, 'replicas' | 'settings' | 'sfuSettings'> = {},
) {
  const { REDIS_URL, ...more } = environment;
  const redis = stack.adopt(await connectTo(environment), connection => connection.disconnect());
  const startReady = async () => {
    const replica = stack.use(await startReplica(REDIS_URL, { ...settings, ...more }));
    await eventually('readiness', async () => (await fetch(`${replica.url}/readyz`)).ok);
    return replica;
  };
  const sfu = startSfu(REDIS_URL, redis, { ...sfuSettings, ...more }).then(started => stack.use(started));
  const replicas = Array.from({ length: count }, startReady);
  // Should one not start, the others are still waited for, so that they end.
  await Promise.allSettled([sfu, ...replicas]);
  return { redis, sfu: await sfu, replicas: await Promise.all(replicas) };
}

interface Wish {
  /** Replicas in the test's own process. */
  readonly replicas?: number;
  /** Of each of these replicas. */
  readonly settings?: Record<string, string>;
  /** Of the SFU. */
  readonly sfuSettings?: Record<string, string>;
  /** How the room of each test differs from an open one for many. */
  readonly room?: Partial<ReadyPlacement>;
}

/**
 * What a file of tests plays on: Redis, an SFU and two replicas for the file, a new room for each test, and the people in it.
 * Whatever was started ends with the test or the file, also if they fail.
 */
export function useStage({ room: wanted = {}, ...wish }: Wish = {}) {
  const file = new AsyncDisposableStack();
  const tokens = new RoomTokens(secrets.TOKEN_SIGNING_KEY);
  let test = new AsyncDisposableStack();
  let server: TestRedis;
  let services: Awaited<ReturnType<typeof startServices>>;
  let room: ReadyPlacement;

  beforeAll(async () => {
    server = file.use(await startRedis());
    services = await startServices(file, { REDIS_URL: server.url }, wish);
  });
  beforeEach(async () => {
    test = new AsyncDisposableStack();
    room = await newRoom();
  });
  afterEach(() => test.disposeAsync());
  afterAll(() => file.disposeAsync());

  /** Another room on the SFU of the stage. */
  const newRoom = (more: Partial<ReadyPlacement> = {}) =>
    place(services.redis, readyPlacement({ sfu: services.sfu.sfu, ...wanted, ...more }));

  const replica = (order: number): RunningReplica => {
    const found = services.replicas[order];
    if (!found) throw new Error(`The stage has no replica ${order}; see Wish.replicas.`);
    return found;
  };

  /** A client of the replica with this number, or of another one. */
  const client = (at: number | { readonly port: number } = 0, options?: ClientOptions) =>
    test.use(new TestClient((typeof at === 'number' ? replica(at) : at).port, options));

  /** Somebody comes in: a guest of this name, or one with a token that grants this. */
  const enter = async (
    who: string | Grant = {},
    at: number | { readonly port: number } = 0,
    options?: ClientOptions,
  ) => {
    const one = client(at, options);
    const joined =
      typeof who === 'string'
        ? await one.join(room.key, who)
        : await one.join(room.key, 'Guest', await tokens.issue({ room: room.key, ...who }, 60));
    const { participantId: id, sessionSecret } = joined;
    return { client: one, joined, id, membership: { room: room.key, participantId: id, sessionSecret } };
  };

  return {
    get server() {
      return server;
    },
    get redis() {
      return services.redis;
    },
    /** Where the rooms of the stage are. */
    get sfu() {
      return services.sfu.sfu;
    },
    get room() {
      return room;
    },
    replica,
    newRoom,
    client,
    enter,
    /** Ends with the test. */
    use: <T extends AsyncDisposable | Disposable>(resource: T): T => test.use(resource),
    /** Ends with the file. */
    keep: <T extends AsyncDisposable | Disposable>(resource: T): T => file.use(resource),
  };
}

/** Somebody in the room of a stage. */
export type Person = Awaited<ReturnType<ReturnType<typeof useStage>['enter']>>;

/** They send something; resolves once the room knows. */
export async function publish(
  { client }: Pick<Person, 'client'>,
  source: MediaSource = 'microphone',
): Promise<ProducerId> {
  const producerId = randomUUID() as ProducerId;
  await client.get('publish', { producerId, source, rtpParameters: opus() });
  return producerId;
}
