import { Carrier, type RoomKey, redisKeys, type SfuInstance } from '@parley/protocol';
import type { RedisConnection } from './connection.ts';

/**
 * Whether the room's media is on this SFU and on no other, as signaling says in Redis.
 *
 * @throws RedisUnavailableError
 */
export async function isMoved(
  redis: Pick<RedisConnection, 'run'>,
  room: RoomKey,
  to: SfuInstance,
): Promise<boolean> {
  const key = redisKeys.room(room);
  const [carrier, former] = await redis.run(client => client.hmget(key, 'carrier', 'former'));
  if (former) return false;
  // Nobody has any media there, or signaling is of a version that does not say where it is.
  if (!carrier) return true;
  try {
    return Carrier.parse(JSON.parse(carrier)).sfu.instance === to;
  } catch {
    return true;
  }
}
