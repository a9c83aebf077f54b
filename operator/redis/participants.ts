import { RoomKey, redisChannels, redisKeys } from '@parley/protocol';
import { chunks, type RedisConnection } from './connection.ts';

export interface ParticipantsOptions {
  redis: RedisConnection;
  /** The rooms that exist. */
  rooms: () => Iterable<RoomKey>;
  exists: (room: RoomKey) => boolean;
  /** Is told of rooms whose number of people changed. */
  onChange: (room: RoomKey) => void;
  /** How often rooms with people are counted though nobody said that anything changed. Default: 30 s. */
  sweepMs?: number;
}

/** How long changes are collected before they are counted. */
const collectMs = 50;

/** How many people are in each room, as Redis says. */
export class Participants {
  readonly #options: ParticipantsOptions;
  readonly #counts = new Map<RoomKey, number>();
  /** Rooms that had people when they were last counted. */
  readonly #busy = new Set<RoomKey>();
  readonly #dirty = new Set<RoomKey>();
  #collecting: NodeJS.Timeout | undefined;
  #sweeping: NodeJS.Timeout | undefined;

  constructor(options: ParticipantsOptions) {
    this.#options = options;
    options.redis.onMessage(redisChannels.participants, message => {
      const room = RoomKey.safeParse(message);
      if (!room.success) return;
      this.#dirty.add(room.data);
      this.#collecting ??= setTimeout(() => {
        this.#collecting = undefined;
        void this.#countDirty();
      }, collectMs);
    });
    options.redis.onAvailable(() => void this.countAll());
  }

  start(): void {
    this.#sweeping = setInterval(() => void this.#sweep(), this.#options.sweepMs ?? 30_000);
  }

  stop(): void {
    clearTimeout(this.#collecting);
    clearInterval(this.#sweeping);
  }

  /** The number of people as last counted, or undefined before the first count. */
  get(room: RoomKey): number | undefined {
    return this.#counts.get(room);
  }

  /** The rooms with people, as last counted. */
  *people(): Iterable<[room: RoomKey, people: number]> {
    for (const room of this.#busy) yield [room, this.#counts.get(room) ?? 0];
  }

  forget(room: RoomKey): void {
    this.#counts.delete(room);
    this.#busy.delete(room);
  }

  /** Counts one room now. @throws RedisUnavailableError */
  async count(room: RoomKey): Promise<number> {
    const count = await this.#options.redis.run(redis => redis.hlen(redisKeys.participants(room)));
    this.#take(room, count);
    return count;
  }

  /** Counts all rooms, as far as Redis answers. */
  async countAll(): Promise<void> {
    await this.#countMany(this.#options.rooms());
  }

  async #countDirty(): Promise<void> {
    // Of a room that has ended, its last people's goodbyes are heard, too: nobody would forget it again.
    const rooms = [...this.#dirty].filter(this.#options.exists);
    this.#dirty.clear();
    await this.#countMany(rooms);
  }

  /** Counts the rooms that have people, as far as is known here or to signaling: most rooms are empty. */
  async #sweep(): Promise<void> {
    const active = await this.#options.redis
      .run(redis => redis.zrange(redisKeys.activeRooms, '0', '-1'))
      .catch(() => []);
    const named = active.flatMap(name => RoomKey.safeParse(name).data ?? []).filter(this.#options.exists);
    const busy = new Set([...named, ...this.#busy]);
    await this.#countMany(busy);
  }

  async #countMany(rooms: Iterable<RoomKey>): Promise<void> {
    try {
      for (const chunk of chunks(rooms)) {
        const counts = await this.#options.redis.run(redis =>
          Promise.all(chunk.map(room => redis.hlen(redisKeys.participants(room)))),
        );
        chunk.forEach((room, index) => {
          this.#take(room, counts[index] ?? 0);
        });
      }
    } catch {
      // Once Redis is back, all are counted.
    }
  }

  #take(room: RoomKey, count: number): void {
    const before = this.#counts.get(room);
    this.#counts.set(room, count);
    if (count > 0) this.#busy.add(room);
    else this.#busy.delete(room);
    if (before !== count) this.#options.onChange(room);
  }
}
