import { isDeepStrictEqual } from 'node:util';
import { endedPlacementSeconds, Placement, type RoomKey, redisChannels, redisKeys } from '@parley/protocol';
import type { Redis } from 'ioredis';
import { chunks, type RedisConnection } from './connection.ts';

/** Writes the operator's decisions about rooms to Redis, where signaling reads them, and only if they differ. */
export class Placements {
  readonly #redis: RedisConnection;
  /** What stands in Redis as far as is known. */
  readonly #written = new Map<RoomKey, Placement>();
  /** Rooms that had no placement in Redis when it was last read, and were given none since. */
  readonly #missing = new Set<RoomKey>();

  #isLoaded = false;

  constructor(redis: RedisConnection) {
    this.#redis = redis;
  }

  /** Whether it was read what stands in Redis. */
  get loaded(): boolean {
    return this.#isLoaded;
  }

  /** What was last read or written for a room. */
  get(room: RoomKey): Placement | undefined {
    return this.#written.get(room);
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
      const found = await this.#redis.run(redis => redis.mget(chunk.map(redisKeys.placement)));
      chunk.forEach((room, index) => {
        // What was written meanwhile is newer than what was read.
        if (this.#written.get(room) !== asked[index]) return;
        const now = parse(found[index]);
        if (!now) this.#missing.add(room);
        if (isDeepStrictEqual(now, asked[index])) return;
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
   * Rooms that have a placement in Redis which is not `ended`.
   *
   * @throws RedisUnavailableError
   */
  async standing(): Promise<Placement[]> {
    const standing: Placement[] = [];
    let cursor = '0';
    do {
      const [next, keys] = await this.#redis.run(redis =>
        redis.scan(cursor, 'MATCH', redisKeys.placement('*' as RoomKey), 'COUNT', 500),
      );
      cursor = next;
      if (keys.length === 0) continue;
      for (const json of await this.#redis.run(redis => redis.mget(keys))) {
        const placement = parse(json);
        if (placement && placement.state !== 'ended') standing.push(placement);
      }
    } while (cursor !== '0');
    return standing;
  }

  /**
   * Makes Redis hold this placement and wakes its readers up, unless it is known to hold it.
   *
   * @throws RedisUnavailableError
   */
  async write(placement: Placement): Promise<void> {
    if (isDeepStrictEqual(this.#written.get(placement.key), placement)) return;
    this.#written.delete(placement.key);
    await this.#redis.run(redis => write(redis, placement));
    if (placement.state === 'ended') this.#written.delete(placement.key);
    else this.#written.set(placement.key, placement);
    await this.#found(placement.key);
  }

  /**
   * The Room is gone, so nothing need be written for it.
   *
   * @throws RedisUnavailableError
   */
  forget(room: RoomKey): Promise<void> {
    return this.#found(room);
  }

  async #found(room: RoomKey): Promise<void> {
    if (this.#missing.delete(room)) await this.#markIfComplete();
  }

  /** Lets signaling say that a room without a placement does not exist. */
  async #markIfComplete(): Promise<void> {
    if (!this.#isLoaded || this.#missing.size > 0) return;
    await this.#redis.run(redis => redis.set(redisKeys.placementsComplete, '1', 'NX'));
  }
}

/** Both commands travel together; each command's own failure is a failure. */
async function write(redis: Redis, placement: Placement): Promise<void> {
  const key = redisKeys.placement(placement.key);
  const json = JSON.stringify(placement);
  await Promise.all([
    placement.state === 'ended' ? redis.set(key, json, 'EX', endedPlacementSeconds) : redis.set(key, json),
    redis.publish(redisChannels.placements, placement.key),
  ]);
}

function parse(json: string | null | undefined): Placement | undefined {
  if (!json) return undefined;
  try {
    return Placement.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}
