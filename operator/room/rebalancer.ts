import type { RoomKey, SfuInstance } from '@parley/protocol';
import type { Ledger } from '../ledger.ts';
import { pressureLimits } from '../pool/pressure.ts';
import { type Gift, giftOf, type Tenant } from '../pool/rebalance.ts';
import type { PoolView, Sfu } from '../pool/view.ts';
import type { MovePace } from './pace.ts';
import { hasSpace } from './place.ts';

/** For how long an SFU has to be too full before it gives a room away, in ms. */
const fullForMs = 10_000;
/** After that, how long nothing else is rebalanced in the pool, in ms: loads are known only once people have moved. */
const settleMs = 30_000;
/** For how long a room that was given away is not given away again, in ms. */
const stayMs = 300_000;
/** How often the rooms of an SFU that is too full are looked at, in ms. */
const lookMs = 5_000;

export interface RebalancerDeps {
  ledger: Pick<Ledger, 'load' | 'roomsOn' | 'places' | 'isDedicated'>;
  /** How many people are in a room, as far as is known. */
  peopleIn: (room: RoomKey) => number;
  /** Whether a room's people are on their way from one SFU to another. */
  isMoving: (room: RoomKey) => boolean;
  /** Whether an SFU lives of which nothing is known any more, its load neither. */
  isSilent: (sfu: SfuInstance) => boolean;
  pace: Pick<MovePace, 'waitMs'>;
}

export interface RebalanceFacts {
  key: RoomKey;
  view: PoolView;
  /** The SFU that the room has. */
  sfu: Sfu;
  now: number;
}

/** Gives rooms of SFUs that are too full to others that have much room, one at a time in each pool. */
export class Rebalancer {
  readonly #deps: RebalancerDeps;
  /** When a room was last given away in each pool, in ms. */
  readonly #last = new Map<string, number>();
  /** Rooms that were given away: by which pod, and when in ms. */
  readonly #given = new Map<RoomKey, { from: string; at: number }>();

  constructor(deps: RebalancerDeps) {
    this.#deps = deps;
  }

  /**
   * Where the room goes so that its SFU is relieved, if that is to be now: it counts as done. Else after how many ms to look again, if
   * it may be later.
   */
  look(facts: RebalanceFacts): { to?: Sfu; againMs?: number } {
    const { key, view, sfu, now } = facts;
    const { used = 0, fullSince = now } = sfu;
    if (sfu.pressure !== 'full') return {};
    const gift = this.#gift(view, sfu, now);
    if (gift?.room !== key || used < pressureLimits.full.from) return { againMs: lookMs };
    const settled = (this.#last.get(view.name) ?? Number.NEGATIVE_INFINITY) + settleMs;
    const dueMs = Math.max(fullSince + fullForMs, settled) - now;
    if (dueMs > 0) return { againMs: Math.min(dueMs, lookMs) };
    if (this.#isUnsettled(view)) return { againMs: lookMs };
    const { pace, peopleIn } = this.#deps;
    const queue = [{ room: key, people: peopleIn(key) }];
    const waitMs = pace.waitMs({ pod: sfu.pod, room: key, queue, graceEndsAt: undefined, now });
    if (waitMs > 0) return { againMs: waitMs };
    for (const [room, { at }] of this.#given) if (at + stayMs <= now) this.#given.delete(room);
    this.#given.set(key, { from: sfu.pod, at: now });
    this.#last.set(view.name, now);
    return { to: gift.to };
  }

  /** Whether an SFU that is full has a room that another will take: then the rest of them has room again. */
  relieves(view: PoolView, sfu: Sfu, now: number): boolean {
    return sfu.pressure === 'full' && this.#gift(view, sfu, now) !== undefined;
  }

  /** The pod that last gave the room away, if that was not long ago. */
  givenBy(room: RoomKey): string | undefined {
    return this.#given.get(room)?.from;
  }

  #gift(view: PoolView, from: Sfu, now: number): Gift | undefined {
    const { isSilent, ledger } = this.#deps;
    // Those that do not mesh may be of a version that cannot show media twice: people would notice.
    if (view.refusal !== undefined || !from.meshes || from.leaving || isSilent(from.instance))
      return undefined;
    const takers = view.sfus.filter(
      sfu =>
        sfu.takesRooms &&
        sfu.meshes &&
        !isSilent(sfu.instance) &&
        hasSpace(ledger.load(sfu.pod), false, view.roomsPerPod),
    );
    const tenants = [...ledger.roomsOn(from.pod)].map(room => this.#tenant(room, now));
    return giftOf({ from, tenants, takers });
  }

  #tenant(room: RoomKey, now: number): Tenant {
    const { ledger, peopleIn, isMoving } = this.#deps;
    const places = Math.max(1, ledger.places(room));
    const given = this.#given.get(room);
    const stays = given !== undefined && given.at + stayMs > now;
    // A room on several SFUs has where to go on, and a dedicated one needs all that it has.
    const mayGo = places === 1 && !stays && !ledger.isDedicated(room) && !isMoving(room);
    return { room, people: peopleIn(room) / places, mayGo };
  }

  /** Whether rooms of the pool move: what its SFUs carry will be known when they have. */
  #isUnsettled({ sfus }: PoolView): boolean {
    const { isMoving, ledger } = this.#deps;
    return sfus.some(({ pod }) => [...ledger.roomsOn(pod)].some(isMoving));
  }
}
