import { type RoomKey, roomKey } from '@parley/protocol';
import type { Room } from '@parley/resources';
import type { Fleet } from '../pool/fleet.ts';
import type { RedisConnection } from '../redis/connection.ts';
import { isMoved } from '../redis/moves.ts';
import type { SfuLoads } from '../redis/sfu-loads.ts';
import { type Decision, sfusOf } from './decision.ts';
import { followMove, leftPods } from './moving.ts';
import type { Rebalancer } from './rebalancer.ts';

/** How often it is looked how far a move is, in ms. */
const everyMs = 500;

export interface MoveWatchDeps {
  fleet: Pick<Fleet, 'view'>;
  redis: Pick<RedisConnection, 'available' | 'run'>;
  loads: Pick<SfuLoads, 'cutOffSince'>;
  rebalancer: Pick<Rebalancer, 'givenBy'>;
}

/** Looks how far rooms are that move with their people. */
export class MoveWatch {
  readonly #deps: MoveWatchDeps;

  constructor(deps: MoveWatchDeps) {
    this.#deps = deps;
  }

  /** What the status is to say of a move, and what is new of it. @throws RedisUnavailableError */
  async look(room: Room, decision: Decision, participants: number, now: Date) {
    const { fleet, loads, rebalancer } = this.#deps;
    const { namespace, name } = room.metadata;
    const view = decision.state === 'placed' ? fleet.view(decision.spec.pool) : undefined;
    const leaves = leftPods(room, decision, view).length > 0;
    const key = roomKey(namespace, name);
    const arrived = await this.#hasArrived(room, key, decision, leaves);
    const isCutOff = (pod: string) => {
      const left = view?.sfus.find(sfu => sfu.pod === pod)?.instance;
      return sfusOf(decision).some(
        ({ instance }) => left !== undefined && loads.cutOffSince(left, instance) !== undefined,
      );
    };
    const givenBy = rebalancer.givenBy(key);
    return followMove({ room, decision, view, participants, arrived, isCutOff, givenBy, now });
  }

  /** After how long to look again, in ms; undefined if it does not move. */
  againAfterMs(room: Room | undefined): number | undefined {
    return room?.status.movingFrom === undefined ? undefined : everyMs;
  }

  async #hasArrived({ status }: Room, key: RoomKey, decision: Decision, leaves: boolean): Promise<boolean> {
    const { redis } = this.#deps;
    if (decision.state !== 'placed' || !redis.available) return false;
    if (status.movingFrom === undefined && !leaves) return false;
    return isMoved(
      redis,
      key,
      sfusOf(decision).map(({ instance }) => instance),
    );
  }
}
