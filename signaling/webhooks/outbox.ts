import { RoomKey, redisKeys } from '@parley/protocol';
import type { RedisClient } from '@parley/redis';
import { z } from 'zod';
import { ask } from '../state/redis.ts';

/** Who writes an event marks the room first and has long written it by then, or never will, in ms. */
const settledMs = 30_000;
/** Rooms that are looked at in one round: those that have waited longest. */
const maxRooms = 10_000;

const Entries = z.array(z.tuple([z.string(), z.array(z.string())]));

/** Removes rooms that nobody has marked since. */
const unmark = `
for i = 2, #ARGV do
  local score = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if score and tonumber(score) <= tonumber(ARGV[1]) then redis.call('ZREM', KEYS[1], ARGV[i]) end
end`;

/** Answers with a field of a hash and removes it. */
const take = `
local value = redis.call('HGET', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[1], ARGV[1])
return value or '0'`;

/** An event as it stands in an outbox. */
export interface Entry {
  entry: string;
  id: string;
  json: string;
}

/** What waits in Redis to be told. The scripts of `state/` write it, in the same step as the change. */
export class Outbox {
  readonly #redis: RedisClient;

  constructor(redis: RedisClient) {
    this.#redis = redis;
  }

  /** Rooms in which something may wait. */
  async rooms(): Promise<RoomKey[]> {
    const names = await ask(() => this.#redis.zrange(redisKeys.outboxes, '0', `${maxRooms - 1}`));
    return names.map(name => RoomKey.parse(name));
  }

  /** The event that has waited longest. */
  async first(room: RoomKey, receiver: string): Promise<Entry | undefined> {
    const found = await ask(() => this.#redis.xrange(redisKeys.outbox(room, receiver), '-', '+', 'COUNT', 1));
    const [entry] = Entries.parse(found);
    if (!entry) return undefined;
    const [, id = '', , json = ''] = entry[1];
    return { entry: entry[0], id, json };
  }

  /** How many events went unsaid since this was last asked, as the outbox was full. */
  async takeLost(room: RoomKey, receiver: string): Promise<number> {
    return Number(await ask(() => this.#redis.eval(take, 1, redisKeys.outboxLost(room), receiver)));
  }

  async remove(room: RoomKey, receiver: string, { entry }: Entry): Promise<void> {
    await ask(() => this.#redis.xdel(redisKeys.outbox(room, receiver), entry));
  }

  /** Rooms in which nothing waits need not be looked at again, unless something was written just now. */
  async leave(rooms: RoomKey[]): Promise<void> {
    if (rooms.length === 0) return;
    const cutoff = Date.now() - settledMs;
    await ask(() => this.#redis.eval(unmark, 1, redisKeys.outboxes, `${cutoff}`, ...rooms));
  }
}
