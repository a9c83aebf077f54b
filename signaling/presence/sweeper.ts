import { RoomKey, redisKeys } from '@parley/protocol';
import type { Logger } from '@parley/telemetry';
import type { Redis } from 'ioredis';
import type { Placements } from '../media/placements.ts';
import type { RoomMedia } from '../media/room-media.ts';
import { ask } from '../state/redis.ts';
import type { RoomState } from '../state/room-state.ts';

const lockMs = 3000;
/** An empty room stays on the list for so long, as someone may be just about to enter. */
const emptyRoomMs = 60_000;
const roomsAtOnce = 50;

const forget = `
for i = 2, #ARGV do
  local joined = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if joined and tonumber(joined) < tonumber(ARGV[1]) then redis.call('ZREM', KEYS[1], ARGV[i]) end
end`;

/**
 * Removes those whose grace is over, and begins the grace of those whose replica died. One replica at a time does it, and
 * it would do no harm if two did.
 */
export class Sweeper {
  readonly #redis: Redis;
  readonly #state: RoomState;
  readonly #placements: Placements;
  readonly #media: RoomMedia;
  readonly #replica: string;
  readonly #graceMs: number;
  readonly #log: Logger;

  constructor(of: {
    redis: Redis;
    state: RoomState;
    placements: Placements;
    media: RoomMedia;
    replica: string;
    graceMs: number;
    log: Logger;
  }) {
    this.#redis = of.redis;
    this.#state = of.state;
    this.#placements = of.placements;
    this.#media = of.media;
    this.#replica = of.replica;
    this.#graceMs = of.graceMs;
    this.#log = of.log;
  }

  /** Goes through all rooms, unless another replica does. `live` are the replicas whose lease runs. */
  async sweep(live: string[]): Promise<void> {
    if (!(await this.#lock())) return;
    const rooms = await ask(() => this.#redis.zrange(redisKeys.activeRooms, '0', '-1'));
    const empty: string[] = [];
    for (let i = 0; i < rooms.length; i += roomsAtOnce) {
      await Promise.all(
        rooms.slice(i, i + roomsAtOnce).map(async name => {
          const room = RoomKey.parse(name);
          if ((await this.#sweepRoom(room, live)) === 0) empty.push(room);
        }),
      );
    }
    if (empty.length > 0) {
      const cutoff = Date.now() - emptyRoomMs;
      await ask(() => this.#redis.eval(forget, 1, redisKeys.activeRooms, `${cutoff}`, ...empty));
    }
  }

  async #sweepRoom(key: RoomKey, live: string[]): Promise<number> {
    const { uid, due, participants } = await this.#state.sweep(key, this.#graceMs, live);
    if (!uid || due.length === 0) return participants;
    const placement = await this.#placements.read(key);
    for (const participant of due) {
      // Media first: should this replica die in between, the next one does it all again.
      if (placement?.state === 'ready' && placement.uid === uid) {
        await this.#media.closeParticipant(placement, participant);
      }
      if (await this.#state.remove({ key, uid }, participant, 'due')) {
        this.#log.info({ room: key, uid, participant }, 'participant did not come back');
      }
    }
    return participants;
  }

  async #lock(): Promise<boolean> {
    return ask(async () => {
      if (await this.#redis.set(redisKeys.sweeper, this.#replica, 'PX', lockMs, 'NX')) return true;
      if ((await this.#redis.get(redisKeys.sweeper)) !== this.#replica) return false;
      return (await this.#redis.pexpire(redisKeys.sweeper, lockMs)) === 1;
    });
  }
}
