import type { RoomKey, SfuInstance } from '@parley/protocol';
import type { Ledger } from '../ledger.ts';
import type { PoolView, Sfu } from '../pool/view.ts';
import type { SfuLoads } from '../redis/sfu-loads.ts';
import type { Rebalancer } from './rebalancer.ts';
import { after, nextStep, type SpreadFacts, type Step, withReplacements } from './spread.ts';

/**
 * For how long two SFUs of a room have to be cut off before it is parted, in ms. If one of them is dead, that is known by then: an SFU says
 * late whom it does not reach.
 */
const cutForMs = 1_000;
/** For how long an SFU does not come back to a room that it was taken from because another did not reach it, in ms. */
const shunMs = 60_000;
/** After people of one room have gone to an SFU, for how long no other room counts on what is free there, in ms: its load is known later. */
const settleMs = 30_000;
/** How often a room on several SFUs is looked at for whether it fits on fewer, in ms. */
const lookMs = 5_000;

export interface SpreaderDeps {
  ledger: Pick<Ledger, 'load' | 'roomsOn' | 'places'>;
  loads: Pick<SfuLoads, 'cutOffSince'>;
  /** How many people are in a room, as far as is known. */
  peopleIn: (room: RoomKey) => number;
  rebalancer: Pick<Rebalancer, 'relieves'>;
  /** For how long a room has to fit on fewer SFUs before it leaves one, in ms. */
  delayMs: number;
}

/** A room with people in it, and where it is. */
export interface Spreading {
  key: RoomKey;
  view: PoolView;
  /** The SFUs that it has and that live, the main one first. */
  sfus: readonly Sfu[];
  /** How many died that it had besides. */
  lost: number;
  dedicated: boolean;
  isMoving: boolean;
  /** Whether its main SFU is exchanged in this moment: then nothing else is. */
  mainMoves: boolean;
  /** After how many ms it is the room's turn to leave an SFU that goes. */
  turnInMs: (sfu: Sfu) => number;
  now: number;
}

/** Where the room is from now on. */
export interface Spread {
  sfus: readonly Sfu[];
  /** Whether it should be on one more SFU, and none can take it. */
  lacks: boolean;
  /** After how many ms to look again, if nothing happens. */
  againMs?: number;
}

/** Decides on how many SFUs, and on which, rooms with people are. */
export class Spreader {
  readonly #deps: SpreaderDeps;
  /** Since when rooms fit on fewer SFUs than they have, in ms. */
  readonly #fits = new Map<RoomKey, number>();
  /** SFUs to which people went as their room fits on fewer, and until when no others do, in ms. */
  readonly #filled = new Map<SfuInstance, number>();
  /** SFUs that must not come to a room, and until when, in ms. */
  readonly #shunned = new Map<RoomKey, Map<SfuInstance, number>>();

  constructor(deps: SpreaderDeps) {
    this.#deps = deps;
  }

  spread(room: Spreading): Spread {
    const facts = { ...this.#facts(room), sfus: room.sfus };
    const sfus = withReplacements(facts, room.lost);
    if (room.mainMoves) return { sfus, lacks: false };
    const wished = nextStep({ ...facts, sfus });
    const { step, waitMs } = this.#time(room, wished);
    if (step.type === 'replace' || step.type === 'leave') {
      this.#fits.delete(room.key);
      if (step.why === 'Fits') this.#fill(after(sfus, step), room.now);
      if (step.why === 'CutOff') this.#shun(room.key, step.sfu.instance, room.now);
    }
    const now = after(sfus, step);
    const looks = [waitMs, now.length > 1 ? lookMs : undefined, this.#cutInMs(now, room.now)].filter(
      ms => ms !== undefined,
    );
    const again = looks.length > 0 ? { againMs: Math.min(...looks) } : {};
    return { sfus: now, lacks: step.type === 'lack', ...again };
  }

  /** The room is on one SFU at most. */
  forget(room: RoomKey): void {
    this.#fits.delete(room);
    this.#shunned.delete(room);
  }

  /** What is done of it now, and after how many ms the rest may be. */
  #time({ key, sfus, turnInMs, now }: Spreading, step: Step): { step: Step; waitMs?: number } {
    const isCalm = step.type === 'leave' && step.why === 'Fits';
    if (!isCalm) this.#fits.delete(key);
    if (step.type !== 'leave' && step.type !== 'replace') return { step };
    if (step.why === 'CutOff') return { step };
    const since = this.#fits.get(key) ?? now;
    if (isCalm) this.#fits.set(key, since);
    const settled = sfus.flatMap(sfu => (sfu === step.sfu ? [] : (this.#filled.get(sfu.instance) ?? [])));
    const waitMs = isCalm ? Math.max(since + this.#deps.delayMs, ...settled) - now : turnInMs(step.sfu);
    return waitMs > 0 ? { step: { type: 'stay' }, waitMs } : { step };
  }

  #facts({ key, view, sfus, dedicated, isMoving, now }: Spreading): SpreadFacts {
    const { ledger, loads, peopleIn, rebalancer } = this.#deps;
    const weight = (room: RoomKey) =>
      peopleIn(room) / (room === key ? sfus.length : Math.max(1, ledger.places(room)));
    const roomsOn = (sfu: Sfu) => [...ledger.roomsOn(sfu.pod)].filter(room => room !== key);
    const since = (a: Sfu, b: Sfu) => loads.cutOffSince(a.instance, b.instance);
    const shunned = this.#shunned.get(key);
    return {
      view,
      sfus,
      dedicated,
      isMoving,
      people: peopleIn(key),
      others: pod => ledger.load(pod, key),
      share: sfu => {
        const rest = roomsOn(sfu).reduce((sum, room) => sum + weight(room), 0);
        return weight(key) / (weight(key) + rest);
      },
      isLargestOn: sfu => roomsOn(sfu).every(room => weight(room) <= weight(key)),
      isRelieved: sfu => rebalancer.relieves(view, sfu, now),
      isCutOff: (a, b) => now - (since(a, b) ?? now) >= cutForMs,
      reaches: (sfu, others) =>
        (shunned?.get(sfu.instance) ?? 0) <= now && others.every(other => since(sfu, other) === undefined),
    };
  }

  #fill(sfus: readonly Sfu[], now: number): void {
    for (const [instance, until] of this.#filled) if (until <= now) this.#filled.delete(instance);
    for (const { instance } of sfus) this.#filled.set(instance, now + settleMs);
  }

  #shun(room: RoomKey, sfu: SfuInstance, now: number): void {
    const shunned = this.#shunned.get(room) ?? new Map<SfuInstance, number>();
    for (const [instance, until] of shunned) if (until <= now) shunned.delete(instance);
    this.#shunned.set(room, shunned.set(sfu, now + shunMs));
  }

  /** After how many ms two of these have been cut off for long enough, if two are. */
  #cutInMs(sfus: readonly Sfu[], now: number): number | undefined {
    const { loads } = this.#deps;
    const waits = sfus.flatMap((a, index) =>
      sfus.slice(index + 1).flatMap(b => {
        const since = loads.cutOffSince(a.instance, b.instance);
        return since === undefined || since + cutForMs <= now ? [] : [since + cutForMs - now];
      }),
    );
    return waits.length > 0 ? Math.min(...waits) : undefined;
  }
}
