import type { RoomKey } from '@parley/protocol';
import type { Logger } from '@parley/telemetry';
import type { Ledger } from './ledger.ts';
import type { RedisConnection } from './redis/connection.ts';
import type { Placements } from './redis/placements.ts';
import { adoptFromPlacements, endStrays } from './room/adopt.ts';
import type { RoomRelays } from './room/relays.ts';
import type { Controller } from './runtime/index.ts';
import type { Stores } from './watches.ts';

/** How often Redis is asked whether it still holds what was decided, and compared with all of it, in milliseconds. */
const checkMs = 30_000;
const compareMs = 600_000;

export interface ComparisonDeps {
  readonly redis: RedisConnection;
  readonly placements: Placements;
  readonly ledger: Ledger;
  readonly rooms: Stores['rooms'];
  readonly relays: RoomRelays;
  readonly controller: Controller;
  readonly log: Logger;
}

/** Compares what was decided with what is there, as Redis may hold less than it did, or what no Room stands for any more. */
export class Comparison {
  readonly #deps: ComparisonDeps;
  #working = false;
  #checking: NodeJS.Timeout | undefined;
  #comparing: NodeJS.Timeout | undefined;

  constructor(deps: ComparisonDeps) {
    this.#deps = deps;
    deps.redis.onAvailable(() => {
      if (this.#working)
        this.#compare().then(
          () => deps.controller.addAll(),
          () => undefined,
        );
    });
  }

  /** From now on this process leads. Resolves when it has compared once, if Redis can be asked. */
  async begin(): Promise<void> {
    this.#working = true;
    if (this.#deps.redis.available) await this.#compare().catch(() => undefined);
  }

  /** Goes on with it now and then. */
  async goOn(): Promise<void> {
    const { redis, relays } = this.#deps;
    this.#checking = setInterval(() => {
      void relays.endStrays().catch(() => undefined);
      if (this.#working && redis.available) this.#check().catch(() => undefined);
    }, checkMs);
    this.#comparing = setInterval(() => {
      if (this.#working && redis.available) this.#compare().catch(() => undefined);
    }, compareMs);
    await relays.endStrays().catch(() => undefined);
  }

  stop(): void {
    this.#working = false;
    clearInterval(this.#checking);
    clearInterval(this.#comparing);
  }

  async #compare(): Promise<void> {
    const { placements, rooms, ledger, controller, log } = this.#deps;
    const first = !placements.loaded;
    const changed = await placements.load(this.#keys());
    if (first) adoptFromPlacements(rooms, placements, ledger);
    for (const key of changed) controller.add(key);
    await endStrays(placements, key => rooms.get(key) !== undefined, log);
  }

  async #check(): Promise<void> {
    const { placements, controller } = this.#deps;
    for (const key of await placements.check(this.#keys())) controller.add(key);
  }

  #keys(): IterableIterator<RoomKey> {
    return this.#deps.rooms.keys() as IterableIterator<RoomKey>;
  }
}
