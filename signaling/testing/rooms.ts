import { randomUUID } from 'node:crypto';
import {
  type Placement,
  type ReadyPlacement,
  RoomKey,
  type RoomUid,
  redisChannels,
  redisKeys,
  type SfuInstance,
} from '@parley/protocol';
import type { RedisClient } from '@parley/redis';

/** A placement as the operator writes it. */
export function readyPlacement(overrides: Partial<ReadyPlacement> = {}): ReadyPlacement {
  return {
    state: 'ready',
    key: RoomKey.parse(`default/room-${randomUUID().slice(0, 8)}`),
    uid: randomUUID() as RoomUid,
    displayName: 'Weekly',
    maxParticipants: 50,
    access: 'Open',
    lobby: false,
    media: { audio: true, video: true, screen: true },
    loudest: 0,
    sfu: { pod: 'sfu-0', instance: randomUUID() as SfuInstance, controlUrl: 'http://127.0.0.1:9' },
    further: [],
    turnUrls: ['turn:127.0.0.1:3478?transport=udp'],
    relayOnly: false,
    direct: false,
    pool: 'default',
    ...overrides,
  };
}

/** Does what the operator does when its decision changes. */
export async function place<P extends Placement>(redis: RedisClient, placement: P): Promise<P> {
  await redis.set(redisKeys.placement(placement.key), JSON.stringify(placement));
  await redis.publish(redisChannels.placements, placement.key);
  return placement;
}
