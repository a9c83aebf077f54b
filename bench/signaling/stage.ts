import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Placement,
  type ReadyPlacement,
  type RoomKey,
  type RoomUid,
  redisKeys,
  roomKey,
  SfuRegistration,
} from '@parley/protocol';
import { createRedis, parseRedisUrl, type RedisClient } from '@parley/redis';
import { locateTool } from '@parley/setup';
import { place, readyPlacement, replicaEnv, secrets } from '@parley/signaling/test';
import { eventually, freePort, startRedis, type TestRedis } from '@parley/testing';
import type { BenchmarkOptions } from '../benchmark.ts';
import { ServerProcess } from '../process.ts';
import { Crowd } from './crowd.ts';

/** How long a Room may take to move, in ms. */
const moveMs = 60_000;

/** Real Redis, a real SFU and servers as processes of their own; the benchmark plays the operator alone. */
export class Stage implements AsyncDisposable {
  readonly crowds: readonly Crowd[];
  readonly #options: BenchmarkOptions;
  readonly #dir: string;
  readonly #redisServer: TestRedis;
  readonly #redis: RedisClient;
  /** Where rooms are. */
  readonly sfu: ReadyPlacement['sfu'];
  readonly #cleaning: AsyncDisposableStack;
  #rooms = 0;

  private constructor(of: {
    options: BenchmarkOptions;
    dir: string;
    redisServer: TestRedis;
    redis: RedisClient;
    sfu: ReadyPlacement['sfu'];
    crowds: readonly Crowd[];
    cleaning: AsyncDisposableStack;
  }) {
    this.#options = of.options;
    this.#dir = of.dir;
    this.#redisServer = of.redisServer;
    this.#redis = of.redis;
    this.sfu = of.sfu;
    this.crowds = of.crowds;
    this.#cleaning = of.cleaning;
  }

  /** @param crowds how many processes of clients there are. */
  static async start(options: BenchmarkOptions, crowds = 2): Promise<Stage> {
    await using cleaning = new AsyncDisposableStack();
    const dir = await mkdtemp(join(tmpdir(), 'parley-bench-'));
    cleaning.defer(() => rm(dir, { recursive: true, force: true }));
    const redisServer = cleaning.use(await startRedis());
    const address = { address: parseRedisUrl(redisServer.url), ca: undefined };
    const redis = createRedis(address, { name: 'bench', purpose: 'commands' });
    cleaning.defer(() => redis.disconnect());
    const sfu = await startSfu('sfu', dir, redisServer.url, redis, cleaning);
    await redis.set(redisKeys.placementsComplete, '1');
    const clients = Array.from({ length: crowds }, () => cleaning.use(new Crowd()));
    const stopped = async () => {
      await Promise.all(clients.map(crowd => crowd[Symbol.asyncDispose]()));
    };
    options.signal.addEventListener('abort', stopped, { once: true });
    cleaning.defer(() => options.signal.removeEventListener('abort', stopped));
    const all = { options, dir, redisServer, redis, sfu, crowds: clients };
    return new Stage({ ...all, cleaning: cleaning.move() });
  }

  /** Versions of the programs that it consists of. */
  async programs(): Promise<Record<string, string>> {
    const server = await this.#redis.info('server');
    return { redis: /redis_version:(\S+)/.exec(server)?.[1] ?? 'unknown' };
  }

  /** A replica of Parley's signaling. */
  async startReplica({
    probed = false,
    environment = {},
  }: {
    probed?: boolean;
    environment?: Readonly<Record<string, string>>;
  } = {}): Promise<ServerProcess> {
    return this.#start('signaling', 'signaling/main.ts', probed, {
      ...replicaEnv(this.#redisServer.url, 0),
      GRACE_SECONDS: '15',
      // What a replica can do is measured, not what it is allowed to.
      JOINS_PER_SECOND: '10000',
      ROOM_JOINS_PER_SECOND: '10000',
      CONNECTIONS_PER_ADDRESS: '10000',
      ...environment,
    });
  }

  /** Socket.IO with the Redis adapter, and nothing else. */
  async startBareServer({ probed = false } = {}): Promise<ServerProcess> {
    const environment = { REDIS_URL: this.#redisServer.url };
    return this.#start('bare', 'bench/signaling/bare-server.ts', probed, environment);
  }

  /** One address for all of them. */
  async startEntrance(replicas: readonly ServerProcess[]): Promise<ServerProcess> {
    const targets = replicas.map(({ port }) => port).join();
    return this.#start('entrance', 'bench/signaling/entrance.ts', false, { TARGETS: targets });
  }

  /** Does what the operator does for so many new Rooms, which nobody is in yet. */
  async makeRooms(count: number, maxParticipants: number): Promise<RoomKey[]> {
    const names = Array.from({ length: count }, () => `room-${++this.#rooms}`);
    const placements = names.map(name =>
      readyPlacement({ key: roomKey('bench', name), maxParticipants, sfu: this.sfu }),
    );
    await Promise.all(placements.map(placement => place(this.#redis, placement)));
    return placements.map(({ key }) => key);
  }

  /** Another SFU, in a pod of this name. */
  startSfu(pod: string): Promise<ReadyPlacement['sfu']> {
    return startSfu(pod, this.#dir, this.#redisServer.url, this.#redis, this.#cleaning);
  }

  /** Moves a Room to another SFU and waits until nothing is left on the one before. Answers with how long that took, in ms. */
  async move(key: RoomKey, sfu: ReadyPlacement['sfu']): Promise<number> {
    const json = await this.#redis.get(redisKeys.placement(key));
    const placement = Placement.parse(JSON.parse(json ?? '{}'));
    if (placement.state !== 'ready') throw new Error(`${key} has no SFU.`);
    const start = performance.now();
    await place(this.#redis, { ...placement, sfu });
    const [carrier, former] = ['carrier', 'former'];
    await eventually(
      `${key} to have moved`,
      async () => {
        const [now, before] = await this.#redis.hmget(redisKeys.room(key), carrier, former);
        return before === null && now?.includes(sfu.instance);
      },
      moveMs,
    );
    return performance.now() - start;
  }

  /** Deletes Rooms that everyone has left, so that the SFU has space for others. */
  async endRooms(keys: readonly RoomKey[]): Promise<void> {
    for (const key of keys) {
      const json = await this.#redis.getdel(redisKeys.placement(key));
      const { uid } = JSON.parse(json ?? '{}') as { uid: RoomUid };
      const answer = await fetch(new URL(`/v1/rooms/${uid}`, this.sfu.controlUrl), {
        method: 'DELETE',
        headers: { authorization: `Bearer ${secrets.CONTROL_TOKEN}`, 'content-type': 'application/json' },
        body: '{}',
      });
      if (!answer.ok) throw new Error(`The SFU answered ${answer.status}: ${await answer.text()}`);
    }
  }

  /** How many are in these rooms, and how many of them are connected, by the state in Redis. */
  async count(keys: readonly RoomKey[]): Promise<{ participants: number; connected: number }> {
    const rooms = await Promise.all(keys.map(key => this.#redis.hvals(redisKeys.connections(key))));
    const all = rooms.flat();
    return { participants: all.length, connected: all.filter(one => one.startsWith('up:')).length };
  }

  async #start(
    kind: string,
    program: string,
    probed: boolean,
    environment: Record<string, string>,
  ): Promise<ServerProcess> {
    const server = await ServerProcess.start({
      name: `${kind}-${this.#servers++}`,
      program,
      environment: { LOG_LEVEL: 'error', ...environment },
      dir: this.#dir,
      profiles: kind === 'entrance' ? undefined : this.#options.profiles,
      probed,
    });
    this.#cleaning.defer(() => server.stop());
    return server;
  }
  #servers = 0;

  [Symbol.asyncDispose](): Promise<void> {
    return this.#cleaning.disposeAsync();
  }
}

async function startSfu(
  pod: string,
  dir: string,
  redisUrl: string,
  redis: RedisClient,
  cleaning: AsyncDisposableStack,
): Promise<ReadyPlacement['sfu']> {
  const server = await ServerProcess.start({
    name: pod,
    program: 'sfu-node/main.ts',
    environment: {
      POD_IP: '127.0.0.1',
      MEDIA_PORTS: `${await freePort()}`,
      REDIS_URL: redisUrl,
      CONTROL_TOKEN: secrets.CONTROL_TOKEN,
      // Nobody sends media, which would be a reason to close transports.
      ROOM_IDLE_MINUTES: '1440',
      DRAIN_SECONDS: '0',
      LOG_LEVEL: 'error',
      MEDIASOUP_WORKER_BIN: locateTool('mediasoupWorker'),
    },
    dir,
    profiles: undefined,
  });
  cleaning.defer(() => server.stop());
  const { instance, controlUrl } = await eventually('the SFU to be registered', async () => {
    const json = await redis.get(redisKeys.sfu(pod));
    return json ? SfuRegistration.parse(JSON.parse(json)) : undefined;
  });
  return { pod, instance, controlUrl };
}
