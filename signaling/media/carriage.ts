import {
  type Carrier,
  type MediaGeneration,
  type ReadyPlacement,
  RefusalError,
  type RtpCapabilities,
  type SfuInstance,
  type SfuPlace,
} from '@parley/protocol';
import type { Logger } from '@parley/telemetry';
import type { Metrics } from '../metrics.ts';
import { carrierOf, carriersOf, hasMedia, type MediaPlaces, placedOn } from '../state/room-moves.ts';
import type { RoomState } from '../state/room-state.ts';
import { Branches, type Step } from './branches.ts';
import type { Moves } from './moves.ts';
import { openingOf } from './placements.ts';
import type { SfuClient } from './sfu-client.ts';

/** How often a state that changes under our hands is tried again before the client is asked to. */
const attempts = 5;

/** Media of a room that is there. */
export interface OpenedRoom extends Carrier {
  rtpCapabilities: RtpCapabilities;
  /** All that the room has and is to keep, this among it. */
  carriers: readonly Carrier[];
}

/** Which media of a room is meant: that of the main SFU, of whichever has room, or one that somebody has. */
export type Wanted = 'main' | 'any' | { generation: MediaGeneration };

/** Has rooms carried by the SFUs where they are placed. */
export class Carriage {
  readonly #branches: Branches;
  readonly #moves: Moves;
  readonly #sfu: SfuClient;
  readonly #state: RoomState;

  constructor(of: {
    sfu: SfuClient;
    state: RoomState;
    moves: Moves;
    /** How long a move may take. */
    deadlineMs: number;
    metrics: Metrics;
    log: Logger;
  }) {
    this.#branches = new Branches(of);
    this.#moves = of.moves;
    this.#sfu = of.sfu;
    this.#state = of.state;
  }

  /**
   * Has the room's router made unless it is there, and tells everyone if it is a new one: to move there while the former media flows, or
   * to begin anew. Also tells who lost theirs while the room's lives on. Of several replicas that do so at once, one changes the state.
   *
   * @throws RefusalError `unavailable` if the SFU cannot be reached, `room_not_ready` if the room is no longer there.
   */
  async open(placement: ReadyPlacement, wanted: Wanted = 'main'): Promise<OpenedRoom> {
    const silent = new Set<SfuInstance>();
    for (let attempt = 0; attempt < attempts; attempt++) {
      const seen = await this.#state.moves.places(placement);
      const sfu = await this.#sfuFor(placement, seen, wanted, silent);
      const answer = await this.#openOn(sfu, placement).catch(error => {
        // Who can be anywhere goes on to the next one.
        const others = wanted === 'any' && placedOn(placement).length > silent.size + 1;
        if (!others || !(error instanceof RefusalError) || error.code !== 'unavailable') throw error;
        silent.add(sfu.instance);
      });
      if (!answer) continue;
      const { lost, ...opened } = answer;
      const carrier = { generation: opened.generation, sfu };
      if (seen && hasMedia(seen, opened.generation)) {
        // Else it would be taken for media of a process that is gone, and nobody could move from it.
        if (carrierOf(seen, opened.generation)?.sfu.instance !== sfu.instance) {
          await this.#state.moves.setCarrier(placement, carrier);
        }
        await this.#state.moves.lose(placement, opened.generation, lost);
        return { ...opened, sfu, carriers: carriersOf(seen) };
      }
      const step = await this.#change(placement, seen, carrier);
      if (step === 'done') return { ...opened, sfu, carriers: [carrier] };
      if (step === 'added') return { ...opened, sfu, carriers: [...(seen ? carriersOf(seen) : []), carrier] };
      if (step === 'not_placed') break;
    }
    throw changing();
  }

  /**
   * Makes a room's media what it is to be by its placement: what is gone is taken from the state, and what flows elsewhere is moved.
   * `waiting`: there is more to do once the move that is under way is over.
   *
   * @throws RefusalError as `open`
   */
  async repair(placement: ReadyPlacement): Promise<'settled' | 'waiting'> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const seen = await this.#state.moves.places(placement);
      if (!seen || seen.branches.length === 0) {
        await this.open(placement);
        return 'settled';
      }
      const outcome = await this.#settle(placement, seen);
      if (outcome === 'settled' || outcome === 'waiting') return outcome;
      if (outcome === 'not_placed') break;
    }
    throw changing();
  }

  #openOn({ controlUrl }: SfuPlace, placement: ReadyPlacement) {
    return this.#sfu.call({ controlUrl }, 'openRoom', { room: placement.uid }, openingOf(placement));
  }

  async #sfuFor(
    placement: ReadyPlacement,
    seen: MediaPlaces | undefined,
    wanted: Wanted,
    silent: ReadonlySet<SfuInstance> = new Set(),
  ): Promise<SfuPlace> {
    if (!seen) return placedOn(placement).find(({ instance }) => !silent.has(instance)) ?? placement.sfu;
    if (placement.further.length === 0 && seen.branches.length === 0) return placement.sfu;
    if (wanted === 'any') return this.#branches.choose(placement, seen, silent);
    const { sfu } = seen;
    // Another main one than the placement's, where a further one became that.
    const stays = sfu && placedOn(placement).some(({ instance }) => instance === sfu.instance);
    const main = sfu && (stays || seen.branches.length > 0) ? sfu : placement.sfu;
    if (wanted === 'main') return main;
    // Not what the room moves from: that is nobody's to open.
    return carriersOf(seen).find(({ generation }) => generation === wanted.generation)?.sfu ?? main;
  }

  /** Makes media that was opened just now one of the room's. */
  async #change(
    placement: ReadyPlacement,
    seen: MediaPlaces | undefined,
    opened: Carrier,
  ): Promise<Step | 'added'> {
    if (!seen) return this.#moves.change(placement, seen, opened);
    const carriers = carriersOf(seen);
    const instead = carriers.some(({ sfu }) => sfu.instance === opened.sfu.instance);
    if (seen.branches.length > 0) {
      if (!instead) return this.#branches.add(placement, seen, opened);
      // What it had is lost.
      return (await this.#settle(placement, seen)) === 'not_placed' ? 'not_placed' : 'again';
    }
    const main = await this.#sfuFor(placement, seen, 'main');
    if (opened.sfu.instance === main.instance) return this.#moves.change(placement, seen, opened);
    if (seen.sfu?.instance === main.instance) return this.#branches.add(placement, seen, opened);
    await this.open(placement);
    return 'again';
  }

  async #settle(placement: ReadyPlacement, seen: MediaPlaces) {
    const outcome = await this.#branches.settle(placement, seen);
    if (outcome !== 'none') return outcome;
    const { sfu } = placement;
    const { generation } = await this.#openOn(sfu, placement);
    const step = await this.#moves.change(placement, seen, { generation, sfu });
    return step === 'done' ? 'again' : step;
  }
}

function changing(): RefusalError {
  return new RefusalError('room_not_ready', 'The meeting is changing right now. Try again in a moment.');
}
