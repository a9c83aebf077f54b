import { type RoomKey, roomKey } from '@parley/protocol';
import type { Room } from '@parley/resources';
import type { Fleet } from '../pool/fleet.ts';
import type { RedisConnection } from '../redis/connection.ts';
import { isMoved } from '../redis/moves.ts';
import type { Decision } from './decision.ts';
import { followMove } from './moving.ts';

/** How often it is looked how far a move is, in ms. */
const everyMs = 500;

export interface MoveWatchDeps {
  fleet: Pick<Fleet, 'view'>;
  redis: Pick<RedisConnection, 'available' | 'run'>;
}

/** Looks how far rooms are that move with their people. */
export class MoveWatch {
  readonly #deps: MoveWatchDeps;

  constructor(deps: MoveWatchDeps) {
    this.#deps = deps;
  }

  /** What the status is to say of a move, and what is new of it. @throws RedisUnavailableError */
  async look(room: Room, decision: Decision, participants: number, now: Date) {
    const { fleet } = this.#deps;
    const { namespace, name } = room.metadata;
    const arrived = await this.#hasArrived(room, roomKey(namespace, name), decision);
    const view = decision.state === 'placed' ? fleet.view(decision.spec.pool) : undefined;
    return followMove({ room, decision, view, participants, arrived, now });
  }

  /** After how long to look again, in ms; undefined if it does not move. */
  againAfterMs(room: Room | undefined): number | undefined {
    return room?.status.movingFrom === undefined ? undefined : everyMs;
  }

  async #hasArrived({ status }: Room, key: RoomKey, decision: Decision): Promise<boolean> {
    const { redis } = this.#deps;
    if (status.movingFrom === undefined || decision.state !== 'placed' || !redis.available) return false;
    return isMoved(redis, key, decision.sfu.instance);
  }
}
