import type { RoomKey } from '@parley/protocol';
import { type Room, type RoomSpec, roomConditions } from '@parley/resources';
import type { Ledger, Seat } from '../ledger.ts';
import type { Fleet } from '../pool/fleet.ts';
import type { Sfu } from '../pool/view.ts';
import type { RedisConnection } from '../redis/connection.ts';
import type { Placements } from '../redis/placements.ts';
import type { Registrations } from '../redis/registrations.ts';
import { condition } from '../runtime/index.ts';
import type { Decision } from './decision.ts';
import { degradation } from './degradation.ts';
import { type Gate, gateAt } from './gate.ts';
import { judgeRoom } from './judge.ts';
import type { MovePace } from './pace.ts';
import { type Place, placeRoom } from './place.ts';
import type { RoomRelay } from './relays.ts';
import { instant } from './schedule.ts';

export interface DeciderDeps {
  fleet: Fleet;
  ledger: Ledger;
  redis: Pick<RedisConnection, 'available' | 'problem'>;
  registrations: Pick<Registrations, 'known'>;
  /** How many people are in a room, as far as is known. */
  peopleIn: (room: RoomKey) => number;
  pace: MovePace;
  placements: Pick<Placements, 'get' | 'loaded'>;
}

/** What was decided about a room, before its relay is looked at. */
export interface RoomVerdict {
  decision: Decision;
  /** What is asked for; undefined if that is impossible. */
  spec: RoomSpec | undefined;
  gate: Gate | undefined;
  /** The pod whose SFU the room was on, if that is gone. */
  sfuLost: string | undefined;
  /** After how many ms it is the room's turn to leave an SFU that goes; undefined if it need not, or has nowhere to go. */
  turnInMs?: number;
}

interface Seated {
  place: Place;
  turnUrls: string[];
  sfuLost: string | undefined;
  turnInMs?: number;
}

/** Decides where rooms are and enters it into the ledger, in one go. */
export class RoomDecider {
  readonly #deps: DeciderDeps;

  constructor(deps: DeciderDeps) {
    this.#deps = deps;
  }

  decide(room: Room, key: RoomKey, now: Date): RoomVerdict {
    const { fleet, ledger, placements } = this.#deps;
    const before = placements.get(key);
    const promised =
      before?.state === 'ready' && before.uid === room.metadata.uid ? before.maxParticipants : 0;
    const verdict = judgeRoom(room.spec, pool => fleet.view(pool), promised);
    if (!verdict.accepted) {
      ledger.remove(key);
      const { reason, message } = verdict;
      const decision = { state: 'rejected', reason, message } as const;
      return { decision, spec: undefined, gate: undefined, sfuLost: undefined };
    }
    const { spec } = verdict;
    const gate = gateAt(spec, now.getTime());
    if (gate.state === 'closed' && !gate.warm) {
      ledger.remove(key);
      return { decision: closed(gate), spec, gate, sfuLost: undefined };
    }
    const { place, turnUrls, ...seated } = this.#seat(key, spec, now);
    if (gate.state === 'closed') return { decision: closed(gate, place), spec, gate, ...seated };
    const decision: Decision =
      place.state === 'waiting'
        ? place
        : { state: 'placed', spec, sfu: place.sfu, turnUrls, degradation: undefined };
    return { decision, spec, gate, ...seated };
  }

  /** Adds what relays there are for the room to a decision. `relay` is its own, if it wants one. */
  equip(room: Room, decision: Decision, relay: RoomRelay | undefined): Decision {
    if (decision.state !== 'placed') return decision;
    const { sfu, spec } = decision;
    const view = this.#deps.fleet.view(spec.pool);
    const turnUrls = relay?.urls ?? decision.turnUrls;
    const isReady = condition(room.status.conditions, roomConditions.ready)?.status === 'True';
    // A call that goes on is not ended because its relay is gone: another comes.
    if (sfu.relayOnly && turnUrls.length === 0 && !isReady) {
      const message = `The SFUs of MediaPool "${spec.pool}" are reached through relays only, and none is ready. ${relay?.problem ?? ''}`;
      return { state: 'waiting', reason: 'WaitingForRelay', message: message.trim() };
    }
    return { ...decision, turnUrls, degradation: view && degradation({ sfu, view, relay }) };
  }

  #seat(key: RoomKey, spec: RoomSpec, now: Date): Seated {
    const { fleet, ledger, peopleIn } = this.#deps;
    const seat = ledger.seat(key, spec.pool);
    const view = fleet.view(spec.pool);
    const waitsForRedis = this.#withoutRedis(spec, seat, key);
    if (waitsForRedis) return waitsForRedis;
    const dedicated = spec.sfu === 'Dedicated';
    const wish = { pool: spec.pool, dedicated };
    const inUse = peopleIn(key) > 0;
    const best = placeRoom({
      pool: spec.pool,
      view,
      seat,
      dedicated,
      inUse,
      others: pod => ledger.load(pod, key),
    });
    const lives = ({ pod, instance }: Sfu) => pod === seat?.pod && (seat.instance ?? instance) === instance;
    const current = view?.sfus.find(lives);
    const sfuLost = current ? undefined : seat?.pod;
    const moves = inUse && current && best.state === 'placed' && best.sfu !== current;
    const turnInMs = moves ? this.#turnInMs(key, current, now) : 0;
    const place: Place = moves && turnInMs > 0 ? { state: 'placed', sfu: current } : best;
    const sfu = place.state === 'placed' ? place.sfu : undefined;
    ledger.set(key, wish, sfu && { pod: sfu.pod, instance: sfu.instance });
    return { place, turnUrls: view?.turnUrls ?? [], sfuLost, ...(turnInMs > 0 ? { turnInMs } : {}) };
  }

  #turnInMs(key: RoomKey, { pod, graceEndsAt }: Sfu, now: Date): number {
    const { ledger, pace, peopleIn } = this.#deps;
    const queue = [...ledger.roomsOn(pod)]
      .map(room => ({ room, people: peopleIn(room) }))
      .filter(({ people }) => people > 0);
    return pace.waitMs({ pod, room: key, queue, graceEndsAt, now: now.getTime() });
  }

  /** While Redis does not answer, what was decided stays and new rooms wait. */
  #withoutRedis(spec: RoomSpec, seat: Seat | undefined, key: RoomKey): Seated | undefined {
    const { redis, registrations, placements, ledger } = this.#deps;
    if (redis.available && registrations.known && placements.loaded) return undefined;
    const placement = placements.get(key);
    if (seat && placement?.state === 'ready') {
      const { sfu: known, turnUrls, relayOnly } = placement;
      const sfu: Sfu = { ...known, takesRooms: false, leaving: undefined, fresh: true, relayOnly };
      return { place: { state: 'placed', sfu }, turnUrls, sfuLost: undefined };
    }
    ledger.set(key, { pool: spec.pool, dedicated: spec.sfu === 'Dedicated' }, seat);
    const message = `${redis.problem ?? 'The SFUs are not known yet'}. The room is placed once that is over.`;
    return {
      place: { state: 'waiting', reason: 'WaitingForRedis', message },
      turnUrls: [],
      sfuLost: undefined,
    };
  }
}

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
