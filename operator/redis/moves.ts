import { Branches, Carrier, type RoomKey, redisKeys, type SfuInstance } from '@parley/protocol';
import type { RedisConnection } from './connection.ts';

/**
 * Whether the room's media is on these SFUs and on no other, as signaling says in Redis.
 *
 * @throws RedisUnavailableError
 */
export async function isMoved(
  redis: Pick<RedisConnection, 'run'>,
  room: RoomKey,
  to: readonly SfuInstance[],
): Promise<boolean> {
  const key = redisKeys.room(room);
  const [carrier, former, branches] = await redis.run(client =>
    client.hmget(key, 'carrier', 'former', 'branches'),
  );
  if (former) return false;
  // Nobody has any media there, or signaling is of a version that does not say where it is.
  if (!carrier) return true;
  try {
    const further = branches ? Branches.parse(JSON.parse(branches)) : [];
    const main = Carrier.parse(JSON.parse(carrier));
    // Signaling keeps its main one, whatever the order of the placement.
    return [main, ...further].every(({ sfu }) => to.includes(sfu.instance));
  } catch {
    return true;
  }
}
