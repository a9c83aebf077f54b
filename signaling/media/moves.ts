import {
  type Carrier,
  type FormerMedia,
  type ReadyPlacement,
  RefusalError,
  type RoomUid,
  type SfuPlace,
} from '@parley/protocol';
import type { Logger } from '@parley/telemetry';
import type { Metrics } from '../metrics.ts';
import type { RoomRef } from '../state/room-changes.ts';
import { carriersOf, type MediaPlaces } from '../state/room-moves.ts';
import type { RoomState } from '../state/room-state.ts';
import type { SfuClient } from './sfu-client.ts';

/** How long an SFU that a room leaves may take to answer, in ms: people wait for what comes after. */
export const formerTimeoutMs = 1000;

/** Moves rooms from one SFU to another without a gap: new media is there before the former ends. */
export class Moves {
  readonly #sfu: SfuClient;
  readonly #state: RoomState;
  readonly #deadlineMs: number;
  readonly #metrics: Metrics;
  readonly #log: Logger;

  constructor(of: {
    sfu: SfuClient;
    state: RoomState;
    /** How long a move may take. */
    deadlineMs: number;
    metrics: Metrics;
    log: Logger;
  }) {
    this.#sfu = of.sfu;
    this.#state = of.state;
    this.#deadlineMs = of.deadlineMs;
    this.#metrics = of.metrics;
    this.#log = of.log;
  }

  /**
   * Makes `opened`, which is on an SFU where the room is placed now, all its media. What still flows elsewhere flows on until everybody has moved; if
   * nothing does, everybody begins anew. `again`: all of it is to be looked at once more. `not_placed`: the room is placed elsewhere by now.
   *
   * @throws RefusalError `unavailable` without Redis.
   */
  async change(
    placement: ReadyPlacement,
    seen: MediaPlaces | undefined,
    { generation: opened, sfu }: Carrier,
  ): Promise<'done' | 'again' | 'not_placed'> {
    // Who has not heard yet where the room is must not end the move that goes there.
    if (!(await this.#state.moves.isPlaced(placement))) return 'not_placed';
    const from = seen && (await this.#source(placement, sfu, seen));
    const earlier = seen?.former;
    const isBack = earlier?.generation === opened;
    if (earlier && (isBack || (from && from.generation !== earlier.generation))) {
      await this.end(placement, earlier, 'now');
      // What was there is closed now: those who do not know yet that it ended would take it for new media.
      if (isBack) return 'again';
    }
    const all = seen && [seen.generation, ...seen.branches.map(branch => branch.generation)];
    const move = from && { from, deadlineMs: this.#deadlineMs };
    const outcome = await this.#state.setGeneration(placement, all, opened, sfu, move);
    if (outcome === 'stale') return 'again';
    if (outcome === 'not_placed') return outcome;
    if (earlier && (!from || from.generation === earlier.generation)) {
      this.#metrics.moves.inc({ step: 'superseded' });
    }
    if (outcome === 'moved' && from) this.begun(placement, from, { generation: opened, sfu });
    else this.#log.info(factsOf(placement, { generation: opened, sfu }), 'room has new media');
    return 'done';
  }

  /** Notes that a move began. */
  begun(room: RoomRef, from: Carrier, to: Carrier): void {
    this.#metrics.moves.inc({ step: 'begun' });
    this.#log.info({ ...factsOf(room, to), from: from.sfu.pod }, 'room is moving');
  }

  /** Whether an SFU still carries this media of a room; no, if it does not say so in time. */
  async flows(room: RoomUid, { generation, sfu }: Carrier): Promise<boolean> {
    try {
      const there = await this.#sfu.call(formerTarget(sfu), 'showRoom', { room }, {});
      return there.generation === generation;
    } catch (error) {
      if (error instanceof RefusalError) return false;
      throw error;
    }
  }

  /**
   * Ends a move, or `due`: unless somebody still has time to finish it, or could not as the new media is gone: then the former is all that
   * there is, and the next move begins from it. The media goes first: should this replica die in between, the next one does it all again.
   */
  async end(room: RoomRef, former: FormerMedia, when: 'now' | 'due'): Promise<void> {
    if (when === 'due' && Date.now() >= former.until && !(await this.#hasArrived(room))) return;
    await this.close(room.uid, former);
    const ended = await this.#state.moves.end(room, former.generation, when);
    if (!ended) return;
    const { ms, late } = ended;
    const step = when === 'now' ? 'superseded' : late > 0 ? 'timed_out' : 'finished';
    this.#metrics.moves.inc({ step });
    this.#metrics.moveSeconds.observe(ms / 1000);
    this.#log.info({ room: room.key, uid: room.uid, from: former.sfu.pod, step, ms, late }, 'room has moved');
  }

  /** Closes what the room moves from and what further SFUs carry, as the room is over. */
  async closeBesides(room: RoomRef): Promise<void> {
    const places = await this.#state.moves.places(room);
    if (!places) return;
    const { branches, former } = places;
    await Promise.all([...branches, ...(former ? [former] : [])].map(each => this.close(room.uid, each)));
  }

  /** The media that the room can move from. */
  async #source({ uid }: RoomRef, to: SfuPlace, seen: MediaPlaces): Promise<Carrier | undefined> {
    const { generation, sfu, former } = seen;
    const known = [...(sfu ? [{ generation, sfu }] : []), ...(former ? [former] : [])];
    for (const { generation, sfu } of known) {
      if (sfu.instance === to.instance) continue;
      if (await this.lives(uid, { generation, sfu })) return { generation, sfu };
    }
    return undefined;
  }

  /** Whether the media that the room moves to flows. */
  async #hasArrived(room: RoomRef): Promise<boolean> {
    const places = await this.#state.moves.places(room);
    if (!places?.sfu) return true;
    for (const carrier of carriersOf(places)) if (await this.lives(room.uid, carrier)) return true;
    return false;
  }

  /** As `flows`, but one that does not renew its registration is not waited for. */
  async lives(room: RoomUid, carrier: Carrier): Promise<boolean> {
    return (
      (await this.#state.moves.registrationOf(carrier.sfu)) !== undefined && (await this.flows(room, carrier))
    );
  }

  /** As well as that can be done: an SFU that is gone has closed it already. */
  async close(room: RoomUid, { generation, sfu }: Carrier): Promise<void> {
    await this.#sfu.call(formerTarget(sfu), 'closeRoom', { room }, { generation }).catch(() => {});
  }
}

const formerTarget = ({ controlUrl }: SfuPlace) => ({ controlUrl, timeoutMs: formerTimeoutMs });
const factsOf = ({ key, uid }: RoomRef, { generation, sfu }: Carrier) => ({
  room: key,
  uid,
  sfu: sfu.pod,
  generation,
});
