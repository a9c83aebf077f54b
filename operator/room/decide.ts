import type { RoomKey, SfuPlace } from '@parley/protocol';
import { type Room, type RoomSpec, roomConditions } from '@parley/resources';
import type { Ledger, Seat } from '../ledger.ts';
import type { Fleet } from '../pool/fleet.ts';
import type { PoolView, Sfu } from '../pool/view.ts';
import type { RedisConnection } from '../redis/connection.ts';
import type { Placements } from '../redis/placements.ts';
import type { Registrations } from '../redis/registrations.ts';
import type { SfuLoads } from '../redis/sfu-loads.ts';
import { condition } from '../runtime/index.ts';
import { type Decision, sfusOf } from './decision.ts';
import { degradation } from './degradation.ts';
import { type Gate, gateAt } from './gate.ts';
import { judgeRoom } from './judge.ts';
import type { MovePace } from './pace.ts';
import { type Place, placeRoom } from './place.ts';
import type { Rebalancer } from './rebalancer.ts';
import type { RoomRelay } from './relays.ts';
import { instant } from './schedule.ts';
import { type Spread, Spreader } from './spreader.ts';

export interface DeciderDeps {
  fleet: Fleet;
  ledger: Ledger;
  redis: Pick<RedisConnection, 'available' | 'problem'>;
  registrations: Pick<Registrations, 'known'>;
  /** How many people are in a room, as far as is known. */
  peopleIn: (room: RoomKey) => number;
  pace: MovePace;
  rebalancer: Rebalancer;
  placements: Pick<Placements, 'get' | 'loaded'>;
  loads: Pick<SfuLoads, 'cutOffSince'>;
  /** For how long a room has to fit on fewer SFUs before it leaves one, in ms. */
  scaleInDelayMs: number;
}

/** What was decided about a room, before its relay is looked at. */
export interface RoomVerdict {
  decision: Decision;
  /** What is asked for; undefined if that is impossible. */
  spec: RoomSpec | undefined;
  gate: Gate | undefined;
  /** A pod whose SFU the room was on, if one is gone. */
  sfuLost: string | undefined;
  /** After how many ms it may be decided otherwise though nothing happens, such as when it is its turn to leave an SFU that goes. */
  againMs?: number;
}

interface Seated {
  place: Place;
  further: readonly Sfu[];
  lacks: boolean;
  turnUrls: string[];
  sfuLost: string | undefined;
  againMs?: number;
}

/** Decides where rooms are and enters it into the ledger, in one go. */
export class RoomDecider {
  readonly #deps: DeciderDeps;
  readonly #spreader: Spreader;

  constructor(deps: DeciderDeps) {
    this.#deps = deps;
    this.#spreader = new Spreader({ ...deps, delayMs: deps.scaleInDelayMs });
  }

  decide(room: Room, key: RoomKey, now: Date): RoomVerdict {
    const { fleet, placements } = this.#deps;
    const before = placements.get(key);
    const promised =
      before?.state === 'ready' && before.uid === room.metadata.uid ? before.maxParticipants : 0;
    const verdict = judgeRoom(room.spec, pool => fleet.view(pool), promised);
    if (!verdict.accepted) {
      this.forget(key);
      const { reason, message } = verdict;
      const decision = { state: 'rejected', reason, message } as const;
      return { decision, spec: undefined, gate: undefined, sfuLost: undefined };
    }
    const { spec } = verdict;
    const gate = gateAt(spec, now.getTime());
    if (gate.state === 'closed' && !gate.warm) {
      this.forget(key);
      return { decision: closed(gate), spec, gate, sfuLost: undefined };
    }
    const isMoving = room.status.movingFrom !== undefined;
    const { place, further, lacks, turnUrls, ...seated } = this.#seat(key, spec, isMoving, now);
    if (gate.state === 'closed') return { decision: closed(gate, place), spec, gate, ...seated };
    const decision: Decision =
      place.state === 'waiting'
        ? place
        : { state: 'placed', spec, sfu: place.sfu, further, lacks, turnUrls, degradation: undefined };
    return { decision, spec, gate, ...seated };
  }

  /** Adds what relays there are for the room to a decision. `relay` is its own, if it wants one. */
  equip(room: Room, decision: Decision, relay: RoomRelay | undefined): Decision {
    if (decision.state !== 'placed') return decision;
    const { sfu, spec, lacks } = decision;
    const view = this.#deps.fleet.view(spec.pool);
    const turnUrls = relay?.urls ?? decision.turnUrls;
    const isReady = condition(room.status.conditions, roomConditions.ready)?.status === 'True';
    // A call that goes on is not ended because its relay is gone: another comes.
    if (sfu.relayOnly && turnUrls.length === 0 && !isReady) {
      const message = `The SFUs of MediaPool "${spec.pool}" are reached through relays only, and none is ready. ${relay?.problem ?? ''}`;
      return { state: 'waiting', reason: 'WaitingForRelay', message: message.trim() };
    }
    return {
      ...decision,
      turnUrls,
      degradation: view && degradation({ sfus: sfusOf(decision), lacks, view, relay }),
    };
  }

  /** The room wants no place any more. */
  forget(key: RoomKey): void {
    this.#deps.ledger.remove(key);
    this.#spreader.forget(key);
  }

  #seat(key: RoomKey, spec: RoomSpec, isMoving: boolean, now: Date): Seated {
    const { fleet, ledger, peopleIn, rebalancer } = this.#deps;
    const seats = ledger.seats(key, spec.pool);
    const view = fleet.view(spec.pool);
    const waitsForRedis = this.#withoutRedis(spec, seats, key);
    if (waitsForRedis) return waitsForRedis;
    const dedicated = spec.sfu === 'Dedicated';
    const inUse = peopleIn(key) > 0;
    const living = seats.flatMap(seat => view?.sfus.find(sfu => isAt(sfu, seat)) ?? []);
    // Where the main one is gone, another of them is the main one.
    const [home, ...rest] = living;
    const best = placeRoom({
      pool: spec.pool,
      view: view && inUse ? without(view, rest) : view,
      seat: home ? { pod: home.pod, instance: home.instance } : seats[0],
      dedicated,
      inUse,
      others: pod => ledger.load(pod, key),
    });
    const turnInMs = (sfu: Sfu) => this.#turnInMs(key, sfu, now);
    const goes = inUse && home !== undefined && best.state === 'placed' && best.sfu !== home;
    const waitMs = goes ? turnInMs(home) : 0;
    const isWhole = inUse && seats.length === 1 && !dedicated && !isMoving && !goes;
    const rebalanced =
      view && home && isWhole ? rebalancer.look({ key, view, sfu: home, now: now.getTime() }) : {};
    const chosen = best.state === 'placed' ? (rebalanced.to ?? best.sfu) : undefined;
    const main = chosen && waitMs > 0 && home ? home : chosen;
    const mainMoves = (goes && waitMs === 0) || rebalanced.to !== undefined;
    const { sfus, lacks, againMs } =
      view && main && inUse
        ? this.#spreader.spread({
            key,
            view,
            sfus: [main, ...rest],
            lost: seats.length - Math.max(1, living.length),
            dedicated,
            isMoving,
            mainMoves,
            turnInMs,
            now: now.getTime(),
          })
        : this.#onOne(key, main);
    const [sfu, ...further] = sfus;
    const wish = { pool: spec.pool, dedicated };
    ledger.set(
      key,
      wish,
      sfus.map(({ pod, instance }) => ({ pod, instance })),
      lacks,
    );
    const place: Place = sfu ? { state: 'placed', sfu } : best;
    const sfuLost = seats.find(seat => !living.some(one => isAt(one, seat)))?.pod;
    const looks = [waitMs > 0 ? waitMs : undefined, rebalanced.againMs, againMs].filter(
      ms => ms !== undefined,
    );
    return {
      place,
      further,
      lacks,
      turnUrls: view?.turnUrls ?? [],
      sfuLost,
      ...(looks.length > 0 ? { againMs: Math.min(...looks) } : {}),
    };
  }

  /** Nobody is in the room: it needs one SFU, if it has any. */
  #onOne(key: RoomKey, sfu: Sfu | undefined): Spread {
    this.#spreader.forget(key);
    return { sfus: sfu ? [sfu] : [], lacks: false };
  }

  #turnInMs(key: RoomKey, { pod, graceEndsAt }: Sfu, now: Date): number {
    const { ledger, pace, peopleIn } = this.#deps;
    const queue = [...ledger.roomsOn(pod)]
      .map(room => ({ room, people: peopleIn(room) }))
      .filter(({ people }) => people > 0);
    return pace.waitMs({ pod, room: key, queue, graceEndsAt, now: now.getTime() });
  }

  /** While Redis does not answer, what was decided stays and new rooms wait. */
  #withoutRedis(spec: RoomSpec, seats: readonly Seat[], key: RoomKey): Seated | undefined {
    const { redis, registrations, placements, ledger } = this.#deps;
    if (redis.available && registrations.known && placements.loaded) return undefined;
    const placement = placements.get(key);
    const stays = { further: [], lacks: false, turnUrls: [], sfuLost: undefined };
    if (seats.length > 0 && placement?.state === 'ready') {
      const { turnUrls, relayOnly } = placement;
      const known = (place: SfuPlace): Sfu => ({
        ...place,
        takesRooms: false,
        leaving: undefined,
        fresh: true,
        relayOnly,
      });
      const place: Place = { state: 'placed', sfu: known(placement.sfu) };
      return { ...stays, place, further: placement.further.map(known), turnUrls };
    }
    ledger.set(key, { pool: spec.pool, dedicated: spec.sfu === 'Dedicated' }, seats);
    const message = `${redis.problem ?? 'The SFUs are not known yet'}. The room is placed once that is over.`;
    return { ...stays, place: { state: 'waiting', reason: 'WaitingForRedis', message } };
  }
}

const isAt = (sfu: Sfu, { pod, instance = sfu.instance }: Seat) =>
  pod === sfu.pod && instance === sfu.instance;

const without = (view: PoolView, sfus: readonly Sfu[]): PoolView =>
  sfus.length === 0 ? view : { ...view, sfus: view.sfus.filter(sfu => !sfus.includes(sfu)) };

function closed({ reason, warm, opensAt, message }: Gate & { state: 'closed' }, place?: Place): Decision {
  return {
    state: 'closed',
    reason,
    warm,
    opensAt: opensAt === undefined ? undefined : instant(opensAt),
    message: place?.state === 'waiting' ? `${message} ${place.message}` : message,
    sfu: place?.state === 'placed' ? place.sfu : undefined,
  };
}
