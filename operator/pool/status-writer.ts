import type { MediaPool } from '@parley/resources';
import { mediaPools } from '../kinds.ts';
import { type EventRecorder, type KubeApi, mergePatch, type Store, writeStatus } from '../runtime/index.ts';
import { Throttle } from '../throttle.ts';
import { poolHappenings } from './happenings.ts';

/** How often the counts of rooms in a pool's status change at most, and people on pods are counted. */
export const liveFiguresMs = 10_000;
const liveFigures = new Set(['rooms', 'freeRooms', 'leavingRooms']);

export interface StatusWriterDeps {
  api: KubeApi;
  events: EventRecorder;
  pools: Store<MediaPool>;
}

/** Writes the status of pools where it differs, and tells as events what happened. */
export class StatusWriter {
  readonly #deps: StatusWriterDeps;
  readonly #figures = new Throttle(liveFiguresMs);

  constructor(deps: StatusWriterDeps) {
    this.#deps = deps;
  }

  forget(pool: string): void {
    this.#figures.forget(pool);
  }

  /** @returns after how long to look again, if only counts of rooms differ and they were written just now. */
  async write(
    name: string,
    status: (pool: MediaPool, now: Date) => MediaPool['status'],
  ): Promise<number | undefined> {
    const { api, pools, events } = this.#deps;
    const pool = pools.get(name);
    if (!pool) return undefined;
    const now = new Date();
    const after = status(pool, now);
    const patch = mergePatch(pool.status, after);
    if (!patch) return undefined;
    const onlyFigures = Object.keys(patch).every(field => liveFigures.has(field));
    const waitMs = onlyFigures ? this.#figures.waitMs(name, now.getTime()) : 0;
    if (waitMs > 0) return waitMs;
    pools.put(await writeStatus(api, mediaPools, pool, after));
    this.#figures.passed(name, now.getTime());
    for (const happening of poolHappenings(pool, after.conditions))
      events.record(mediaPools, pool, happening);
    return undefined;
  }
}
