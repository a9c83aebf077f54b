import { type FormerMedia, ParticipantId, type RoomKey, RoomUid, redisKeys } from '@parley/protocol';
import type { RedisClient } from '@parley/redis';
import { z } from 'zod';
import { ask, redisSpan } from './redis.ts';
import type { ConnectionRef, RoomChanges, RoomRef } from './room-changes.ts';
import { readFormer } from './room-moves.ts';

/** What stands in the hash of connections for one that is there. */
export const up = (connection: ConnectionRef) => `up:${connection.replica}:${connection.socket}`;

const SweptAnswer = z.tuple([
  z.literal('ok'),
  z.array(z.string()),
  RoomUid.nullable(),
  z.array(ParticipantId),
  z.array(z.string()),
  z.int(),
  z.int(),
  z.string(),
]);

/** What a sweep of a room found. */
export interface Swept {
  uid: RoomUid | undefined;
  /** Whose grace is over. */
  due: ParticipantId[];
  /** The replicas that hold its participants' connections. */
  replicas: string[];
  participants: number;
  /** How much the SFU is still to be told. */
  outstanding: number;
  /** What the room moves from, if the move is to end. */
  moveDue?: FormerMedia | undefined;
}

/** Who in the rooms is connected, and which rooms there is anybody in. */
export class RoomConnections {
  readonly #redis: RedisClient;
  readonly #changes: RoomChanges;

  constructor(redis: RedisClient, changes: RoomChanges) {
    this.#redis = redis;
    this.#changes = changes;
  }

  /** Whether these participants are connected as their replica believes: `lost` are not in the state at all. */
  async compare(
    room: RoomRef,
    members: { id: ParticipantId; connection: ConnectionRef }[],
  ): Promise<('same' | 'down' | 'elsewhere' | 'lost')[]> {
    const [uid, found] = await ask(() =>
      Promise.all([
        this.#redis.hget(redisKeys.room(room.key), 'uid'),
        this.#redis.hmget(redisKeys.connections(room.key), ...members.map(({ id }) => id)),
      ]),
    );
    return members.map(({ connection }, index) => {
      const value = found[index];
      if (uid !== room.uid || !value) return 'lost';
      if (value === up(connection)) return 'same';
      return value.startsWith('down:') ? 'down' : 'elsewhere';
    });
  }

  /** Begins the grace of those whose replica is among `dead`, and names those whose grace is over. */
  async sweep(key: RoomKey, graceMs: number, dead: string[]): Promise<Swept> {
    const answer = await this.#changes.runRaw('sweep', key, ['', graceMs, ...dead]);
    const [, changes, uid, due, replicas, participants, outstanding, former] = SweptAnswer.parse(answer);
    if (!uid) return { uid: undefined, due: [], replicas: [], participants, outstanding };
    this.#changes.tell(uid, changes);
    return { uid, due, replicas, participants, outstanding, moveDue: readFormer(former) };
  }

  /** Says of rooms that there are participants in them, for the sweep to look at. */
  async keepActive(keys: RoomKey[]): Promise<void> {
    if (keys.length === 0) return;
    const now = Date.now();
    const add = () => this.#redis.zadd(redisKeys.activeRooms, ...keys.flatMap(key => [now, key]));
    await ask(() => redisSpan('keepActive', add));
  }
}
