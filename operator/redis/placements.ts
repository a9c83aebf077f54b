import { isDeepStrictEqual } from 'node:util';
import { endedPlacementSeconds, Placement, type RoomKey, redisChannels, redisKeys } from '@parley/protocol';
import { getAll, type RedisClient, scanKeys } from '@parley/redis';
import { inSpan } from '@parley/telemetry';
import type { Fence } from '../runtime/index.ts';
import { chunks, type RedisConnection } from './connection.ts';

interface Entry {
  /** What stands in Redis, to the letter. */
  json: string;
  placement: Placement;
}

/** How many rooms stand for all. */
const fewRooms = 200;

/** Writes the operator's decisions about rooms to Redis, where signaling reads them, and only if they differ. */
export class Placements {
  readonly #redis: RedisConnection;
  readonly #fence: Fence;
  /** What stands in Redis as far as is known. */
  readonly #written = new Map<RoomKey, Entry>();
  /** Rooms that had no placement in Redis when it was last read, and were given none since. */
  readonly #missing = new Set<RoomKey>();

  #isLoaded = false;

  constructor(redis: RedisConnection, fence: Fence) {
    this.#redis = redis;
    this.#fence = fence;
  }

  /** Whether it was read what stands in Redis. */
  get loaded(): boolean {
    return this.#isLoaded;
  }

  /** What was last read or written for a room. */
  get(room: RoomKey): Placement | undefined {
    return this.#written.get(room)?.placement;
  }

  /**
   * Reads what stands in Redis for these rooms.
   *
   * @returns the rooms for which it is not what was last written.
   * @throws RedisUnavailableError
   */
  async load(rooms: Iterable<RoomKey>): Promise<RoomKey[]> {
    const changed: RoomKey[] = [];
    for (const chunk of chunks(rooms)) {
      const asked = chunk.map(room => this.#written.get(room));
      const found = await this.#redis.run(redis => getAll(redis, chunk.map(redisKeys.placement)));
      chunk.forEach((room, index) => {
        // What was written meanwhile is newer than what was read.
        if (this.#written.get(room) !== asked[index]) return;
        const json = found[index] ?? undefined;
        if (json !== undefined && json === asked[index]?.json) return;
        const now = entry(json);
        if (!now) this.#missing.add(room);
        if (!now && !asked[index]) return;
        if (now) this.#written.set(room, now);
        else this.#written.delete(room);
        changed.push(room);
      });
    }
    this.#isLoaded = true;
    await this.#markIfComplete();
    return changed;
  }

  /**
   * Reads what stands in Redis for a few of these rooms, others each time, and for all of them if any of the few is
   * not as it was written: whoever loses data without a word loses much of it.
   *
   * @returns the rooms for which it is not what was last written.
   * @throws RedisUnavailableError
   */
  async check(rooms: Iterable<RoomKey>): Promise<RoomKey[]> {
    const all = [...rooms];
    const from = Math.floor(Math.random() * all.length);
    const few = [...all.slice(from), ...all.slice(0, from)].slice(0, fewRooms);
    const changed = await this.load(few);
    return changed.length === 0 ? [] : [...changed, ...(await this.load(all))];
  }

  /**
   * Placements in Redis of rooms that do not exist, unless they are `ended`.
   *
   * @throws RedisUnavailableError
   */
  async strays(exists: (room: RoomKey) => boolean): Promise<Placement[]> {
    const strays: Placement[] = [];
    await this.#redis.run(async redis => {
      for await (const keys of scanKeys(redis, redisKeys.placement('*' as RoomKey))) {
        const unknown = keys.filter(key => !exists(roomOf(key)));
        for (const json of await getAll(redis, unknown)) {
          const found = entry(json ?? undefined);
          if (found && found.placement.state !== 'ended') strays.push(found.placement);
        }
      }
    });
    return strays;
  }

  /**
   * Makes Redis hold this placement and wakes its readers up, unless it is known to hold it.
   *
   * @throws RedisUnavailableError, or NotLeadingError
   */
  async write(placement: Placement): Promise<void> {
    if (isDeepStrictEqual(this.get(placement.key), placement)) return;
    this.#written.delete(placement.key);
    const json = JSON.stringify(placement);
    const run = () => this.#fence.guard(() => this.#redis.run(redis => write(redis, placement, json)));
    await inSpan('redis.placement', run, { kind: 'client', attributes: { 'db.system.name': 'redis' } });
    if (placement.state === 'ended') this.#written.delete(placement.key);
    else this.#written.set(placement.key, { json, placement });
    await this.#found(placement.key);
  }

  /**
   * The Room is gone, so nothing need be written for it. It may be said while Redis does not answer.
   *
   * @throws RedisUnavailableError
   */
  forget(room: RoomKey): Promise<void> {
    return this.#found(room);
  }

  async #found(room: RoomKey): Promise<void> {
    if (this.#missing.delete(room)) await this.#markIfComplete();
  }

  /** Lets signaling say that a room without a placement does not exist. Once Redis is back, `load` does it. */
  async #markIfComplete(): Promise<void> {
    if (!this.#isLoaded || this.#missing.size > 0 || !this.#redis.available) return;
    await this.#fence.guard(() =>
      this.#redis.run(redis => redis.set(redisKeys.placementsComplete, '1', 'NX')),
    );
  }
}

/** In one step, as nodes of a cluster could otherwise wake readers up before there is anything to read. */
const setAndTell = `
redis.call('SET', KEYS[1], ARGV[1])
if ARGV[2] ~= '' then redis.call('EXPIRE', KEYS[1], ARGV[2]) end
redis.call('PUBLISH', '${redisChannels.placements}', ARGV[3])`;

async function write(redis: RedisClient, { key, state }: Placement, json: string): Promise<void> {
  const expiry = state === 'ended' ? endedPlacementSeconds : '';
  await redis.eval(setAndTell, 1, redisKeys.placement(key), json, expiry, key);
}

function entry(json: string | undefined): Entry | undefined {
  if (!json) return undefined;
  try {
    const placement = Placement.safeParse(JSON.parse(json)).data;
    return placement && { json, placement };
  } catch {
    return undefined;
  }
}

const [beforeRoom = '', afterRoom = ''] = redisKeys.placement('*' as RoomKey).split('*');

/** The room whose placement stands under this key of Redis. */
const roomOf = (key: string) => key.slice(beforeRoom.length, -afterRoom.length) as RoomKey;
