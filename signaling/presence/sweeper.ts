import { RoomKey, redisKeys } from '@parley/protocol';
import type { RedisClient } from '@parley/redis';
import type { Logger } from '@parley/telemetry';
import type { CatchUp } from '../media/catch-up.ts';
import type { Moves } from '../media/moves.ts';
import type { Metrics } from '../metrics.ts';
import { ask } from '../state/redis.ts';
import type { Swept } from '../state/room-connections.ts';
import type { RoomState } from '../state/room-state.ts';
import { Suspects } from './suspects.ts';

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
  readonly #redis: RedisClient;
  readonly #state: RoomState;
  readonly #catchUp: CatchUp;
  readonly #moves: Moves;
  readonly #metrics: Metrics;
  readonly #replica: string;
  readonly #graceMs: number;
  readonly #log: Logger;
  readonly #suspects = new Suspects();

  constructor(of: {
    redis: RedisClient;
    state: RoomState;
    catchUp: CatchUp;
    moves: Moves;
    metrics: Metrics;
    replica: string;
    graceMs: number;
    log: Logger;
  }) {
    this.#redis = of.redis;
    this.#state = of.state;
    this.#catchUp = of.catchUp;
    this.#moves = of.moves;
    this.#metrics = of.metrics;
    this.#replica = of.replica;
    this.#graceMs = of.graceMs;
    this.#log = of.log;
  }

  /** Goes through all rooms, unless another replica does. `live` says which replicas live. */
  async sweep(live: () => Promise<ReadonlySet<string>>): Promise<void> {
    try {
      if (await this.#lock()) return await this.#sweepRooms(live);
      this.#suspects.clear();
      this.#metrics.outstanding.set(0);
    } catch (error) {
      this.#suspects.clear();
      throw error;
    }
  }

  async #sweepRooms(live: () => Promise<ReadonlySet<string>>): Promise<void> {
    const rooms = await ask(() => this.#redis.zrange(redisKeys.activeRooms, '0', '-1'));
    const dead = this.#suspects.dead(Date.now());
    const holding = new Set<string>();
    const empty: string[] = [];
    let late = 0;
    for (let i = 0; i < rooms.length; i += roomsAtOnce) {
      await Promise.all(
        rooms.slice(i, i + roomsAtOnce).map(async name => {
          const { participants, replicas, outstanding } = await this.#sweepRoom(RoomKey.parse(name), dead);
          if (participants === 0 && outstanding === 0) empty.push(name);
          late += outstanding;
          for (const replica of replicas) holding.add(replica);
        }),
      );
    }
    this.#metrics.outstanding.set(late);
    for (const replica of await this.#sweepLobbies(dead)) holding.add(replica);
    this.#suspects.note(holding, await live(), Date.now());
    if (empty.length > 0) {
      const cutoff = Date.now() - emptyRoomMs;
      await ask(() => this.#redis.eval(forget, 1, redisKeys.activeRooms, `${cutoff}`, ...empty));
    }
  }

  async #sweepRoom(key: RoomKey, dead: string[]): Promise<Swept> {
    const swept = await this.#state.connections.sweep(key, this.#graceMs, dead);
    const { uid, due, outstanding, moveDue } = swept;
    if (!uid) return swept;
    const room = { key, uid };
    if (moveDue) await this.#moves.end(room, moveDue, 'due');
    const removed = await Promise.all(
      due.map(async participant => {
        if (!(await this.#state.remove(room, participant, 'due'))) return false;
        this.#log.info({ room: key, uid, participant }, 'participant did not come back');
        return true;
      }),
    );
    // Not waited for, as the SFU may be slow to answer.
    if (outstanding > 0 || removed.includes(true)) void this.#catchUp.run(room);
    return swept;
  }

  /** Answers which replicas have people who wait. */
  async #sweepLobbies(dead: string[]): Promise<string[]> {
    const rooms = await ask(() => this.#redis.zrange(redisKeys.lobbies, '0', '-1'));
    const holding: string[] = [];
    const empty: string[] = [];
    for (const name of rooms) {
      const { replicas, waiting } = await this.#state.lobby.sweep(RoomKey.parse(name), dead);
      holding.push(...replicas);
      if (waiting === 0) empty.push(name);
    }
    if (empty.length > 0) {
      const cutoff = Date.now() - emptyRoomMs;
      await ask(() => this.#redis.eval(forget, 1, redisKeys.lobbies, `${cutoff}`, ...empty));
    }
    return holding;
  }

  async #lock(): Promise<boolean> {
    return ask(async () => {
      if (await this.#redis.set(redisKeys.sweeper, this.#replica, 'PX', lockMs, 'NX')) return true;
      if ((await this.#redis.get(redisKeys.sweeper)) !== this.#replica) return false;
      return (await this.#redis.pexpire(redisKeys.sweeper, lockMs)) === 1;
    });
  }
}
