import { redisKeys } from '@parley/protocol';
import type { RedisClient } from '@parley/redis';
import { z } from 'zod';
import { ask } from '../state/redis.ts';

export const heartbeatMs = 1000;
/** A replica that said nothing for so long has no lease any more. */
const leaseMs = 4000;

/** Redis's clock decides, as replicas' clocks differ. */
const script = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('(%.0f', now))
if ARGV[2] == '0' then
  redis.call('ZREM', KEYS[1], ARGV[1])
else
  redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), ARGV[1])
end
return redis.call('ZRANGE', KEYS[1], 0, -1)`;

/** This replica's word that it lives, or something else that `key` is about. */
export class Lease {
  readonly #redis: RedisClient;
  readonly #replica: string;
  readonly #key: string;

  constructor(redis: RedisClient, replica: string, key: string = redisKeys.replicas) {
    this.#redis = redis;
    this.#replica = replica;
    this.#key = key;
  }

  /** Renews the lease and answers which replicas have one. */
  renew(): Promise<Set<string>> {
    return this.#set(leaseMs);
  }

  /** Answers which others have one. */
  giveUp(): Promise<Set<string>> {
    return this.#set(0);
  }

  async #set(ms: number): Promise<Set<string>> {
    const live = await ask(() => this.#redis.eval(script, 1, this.#key, this.#replica, ms));
    return new Set(z.array(z.string()).parse(live));
  }
}
