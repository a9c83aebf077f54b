import { type RoomKey, redisKeys } from '@parley/protocol';
import type { RedisClient } from '@parley/redis';
import { z } from 'zod';
import { type JoinRate, longestWaitMs } from '../requests/join-queue.ts';
import { ask, redisSpan } from './redis.ts';

/** `nextTurn` in Redis, by its clock. Arguments: joins per second, burst. Answers how long to wait in ms. */
const script = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local last = redis.call('HMGET', KEYS[1], 'tokens', 'promised', 'at')
local gained = math.max(0, now - (tonumber(last[3]) or now)) * rate / 1000
local tokens = math.min(burst, (tonumber(last[1]) or burst) + gained)
local promised = math.max(0, (tonumber(last[2]) or 0) - gained)
local wait = 0
if tokens >= 1 then
  tokens = tokens - 1
else
  promised = math.min(math.max(1, ${longestWaitMs} * rate / 1000), promised + 1)
  wait = math.min(${longestWaitMs}, math.ceil(promised * 1000 / rate))
end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.3f', tokens),
  'promised', string.format('%.3f', promised), 'at', string.format('%.0f', now))
redis.call('PEXPIRE', KEYS[1], ${longestWaitMs} + math.ceil(burst * 1000 / rate))
return wait`;

const name = 'parley:joinTurn';

/** Whose turn it is to join a room, over all replicas. */
export class JoinTurns {
  readonly #redis: RedisClient;
  readonly #rate: JoinRate;

  constructor(redis: RedisClient, rate: JoinRate) {
    this.#redis = redis;
    this.#rate = rate;
    redis.defineCommand(name, { numberOfKeys: 1, lua: script });
  }

  /** Answers 0, or after how many ms to ask again. */
  async take(room: RoomKey): Promise<number> {
    const run: (...args: (string | number)[]) => Promise<unknown> = Reflect.get(this.#redis, name);
    const { perSecond, burst } = this.#rate;
    return z
      .int()
      .parse(
        await ask(() =>
          redisSpan('joinTurn', () => run.call(this.#redis, redisKeys.joins(room), perSecond, burst)),
        ),
      );
  }
}
