import { randomUUID } from 'node:crypto';
import {
  type Carrier,
  type MediaGeneration,
  type MediaSession,
  type ParticipantId,
  type Placement,
  type ProducerId,
  type ReadyPlacement,
  RefusalError,
  type RtpCapabilities,
  type SfuPlace,
  type TransportId,
} from '@parley/protocol';
import type { Logger } from '@parley/telemetry';
import { createIceServers } from '../access/secrets.ts';
import type { Metrics } from '../metrics.ts';
import type { Settings } from '../settings.ts';
import type { RoomRef } from '../state/room-changes.ts';
import { carrierOf, carriersOf, hasMedia, type MediaPlaces, placedOn } from '../state/room-moves.ts';
import type { RoomState } from '../state/room-state.ts';
import { Branches, type Step } from './branches.ts';
import { formerTimeoutMs, Moves } from './moves.ts';
import { openingOf } from './placements.ts';
import type { SfuClient, SfuTarget } from './sfu-client.ts';

/** How often a state that changes under our hands is tried again before the client is asked to. */
const attempts = 5;

/** How long the SFU that a room leaves may take to say what somebody's network can take, in ms. */
const bandwidthTimeoutMs = 250;

/** Media of a room that is there. */
export interface OpenedRoom extends Carrier {
  rtpCapabilities: RtpCapabilities;
  /** All that the room has and is to keep, this among it. */
  carriers: readonly Carrier[];
}

/** Which media of a room is meant: that of the main SFU, of whichever has room, or one that somebody has. */
export type Wanted = 'main' | 'any' | { generation: MediaGeneration };

/** Makes the media of rooms and participants exist. */
export class RoomMedia {
  readonly moves: Moves;
  readonly #branches: Branches;
  readonly #sfu: SfuClient;
  readonly #state: RoomState;
  readonly #turnSecret: string;

  constructor(of: {
    sfu: SfuClient;
    state: RoomState;
    settings: Pick<Settings, 'turnSecret' | 'moveDeadlineMs'>;
    metrics: Metrics;
    log: Logger;
  }) {
    const { sfu, state, settings, metrics, log } = of;
    this.#sfu = sfu;
    this.#state = state;
    this.#turnSecret = settings.turnSecret;
    const deadlineMs = settings.moveDeadlineMs;
    this.moves = new Moves({ sfu, state, deadlineMs, metrics, log });
    this.#branches = new Branches({ sfu, state, moves: this.moves, deadlineMs, metrics, log });
  }

  /**
   * Has the room's router made unless it is there, and tells everyone if it is a new one: to move there while the former media flows, or
   * to begin anew. Also tells who lost theirs while the room's lives on. Of several replicas that do so at once, one changes the state.
   *
   * @throws RefusalError `unavailable` if the SFU cannot be reached, `room_not_ready` if the room is no longer there.
   */
  async openRoom(
    placement: ReadyPlacement,
    traceparent?: string,
    wanted: Wanted = 'main',
  ): Promise<OpenedRoom> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const seen = await this.#state.moves.places(placement);
      const sfu = await this.#sfuFor(placement, seen, wanted);
      const target = { controlUrl: sfu.controlUrl, traceparent };
      const { lost, ...opened } = await this.#sfu.call(
        target,
        'openRoom',
        { room: placement.uid },
        openingOf(placement),
      );
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
   * @throws RefusalError as `openRoom`
   */
  async repair(placement: ReadyPlacement): Promise<'settled' | 'waiting'> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const seen = await this.#state.moves.places(placement);
      if (!seen || seen.branches.length === 0) {
        await this.openRoom(placement);
        return 'settled';
      }
      const outcome = await this.#settle(placement, seen);
      if (outcome === 'settled' || outcome === 'waiting') return outcome;
      if (outcome === 'not_placed') break;
    }
    throw changing();
  }

  async #sfuFor(placement: ReadyPlacement, seen: MediaPlaces | undefined, wanted: Wanted): Promise<SfuPlace> {
    if (!seen || (placement.further.length === 0 && seen.branches.length === 0)) return placement.sfu;
    if (wanted === 'any') return this.#branches.choose(placement, seen);
    const { sfu } = seen;
    // Another main one than the placement's, where a further one became that.
    const stays = sfu && placedOn(placement).some(({ instance }) => instance === sfu.instance);
    const main = sfu && (stays || seen.branches.length > 0) ? sfu : placement.sfu;
    return wanted === 'main' ? main : (carrierOf(seen, wanted.generation)?.sfu ?? main);
  }

  /** Makes media that was opened just now one of the room's. */
  async #change(
    placement: ReadyPlacement,
    seen: MediaPlaces | undefined,
    opened: Carrier,
  ): Promise<Step | 'added'> {
    if (!seen) return this.moves.change(placement, seen, opened);
    const carriers = carriersOf(seen);
    const instead = carriers.some(({ sfu }) => sfu.instance === opened.sfu.instance);
    if (seen.branches.length > 0) {
      if (!instead) return this.#branches.add(placement, seen, opened);
      // What it had is lost.
      return (await this.#settle(placement, seen)) === 'not_placed' ? 'not_placed' : 'again';
    }
    const main = await this.#sfuFor(placement, seen, 'main');
    if (opened.sfu.instance === main.instance) return this.moves.change(placement, seen, opened);
    if (seen.sfu?.instance === main.instance) return this.#branches.add(placement, seen, opened);
    await this.openRoom(placement);
    return 'again';
  }

  async #settle(placement: ReadyPlacement, seen: MediaPlaces) {
    const outcome = await this.#branches.settle(placement, seen);
    if (outcome !== 'none') return outcome;
    const { sfu } = placement;
    const target = { controlUrl: sfu.controlUrl };
    const { generation } = await this.#sfu.call(
      target,
      'openRoom',
      { room: placement.uid },
      openingOf(placement),
    );
    const step = await this.moves.change(placement, seen, { generation, sfu });
    return step === 'done' ? 'again' : step;
  }

  /**
   * What somebody's network can take, in bit/s, by the SFU that the room moves from, where `links` says that they have media. Undefined if the
   * room does not move, and if that SFU does not say it at once: nobody waits for it.
   */
  async bandwidthOf(
    room: RoomRef,
    participant: ParticipantId,
    links: readonly Carrier[],
  ): Promise<number | undefined> {
    try {
      const former = (await this.#state.moves.places(room))?.former;
      const link = links.find(({ generation }) => generation === former?.generation);
      if (!link) return undefined;
      const target = { controlUrl: link.sfu.controlUrl, timeoutMs: bandwidthTimeoutMs };
      const there = await this.#sfu.call(target, 'bandwidth', { room: room.uid, participant }, {});
      return there.outgoingBitrate;
    } catch {
      // It is of a version that does not know this call, or is gone.
      return undefined;
    }
  }

  /** Opens both transports of a participant. `bandwidth`: what their network can take, in bit/s, if that is known. */
  async openSession(
    placement: ReadyPlacement,
    opened: OpenedRoom,
    participant: ParticipantId,
    traceparent?: string,
    bandwidth?: number,
  ): Promise<MediaSession> {
    const open = (direction: 'send' | 'receive') =>
      this.#sfu.call(
        { controlUrl: opened.sfu.controlUrl, traceparent },
        'openTransport',
        { room: placement.uid, participant, transport: randomUUID() as TransportId },
        { direction, ...(direction === 'receive' && { initialOutgoingBitrate: bandwidth }) },
      );
    const [send, receive] = await Promise.all([open('send'), open('receive')]);
    return {
      generation: opened.generation,
      routerRtpCapabilities: opened.rtpCapabilities,
      iceServers: this.iceServers(placement, participant),
      ...(placement.relayOnly ? { iceTransportPolicy: 'relay' as const } : {}),
      send,
      receive,
    };
  }

  /**
   * Closes what a participant has, on all SFUs that may have something of the room or on these. As well as that can be done: an SFU that is
   * gone has closed it already.
   */
  async closeParticipant(
    placement: ReadyPlacement,
    participant: ParticipantId,
    traceparent?: string,
    on?: readonly SfuPlace[],
  ): Promise<void> {
    const close = (target: SfuTarget) =>
      this.#sfu
        .call({ ...target, traceparent }, 'closeParticipant', { room: placement.uid, participant }, {})
        .catch(() => {});
    const targets = on?.map(({ controlUrl }) => ({ controlUrl })) ?? (await this.#sfusOf(placement));
    await Promise.all(targets.map(close));
  }

  /** Closes what somebody has who is gone. @throws RefusalError `unavailable` */
  endParticipant(placement: Placement, participant: ParticipantId, traceparent?: string) {
    return this.#whereverItIs(placement, sfu =>
      this.#sfu.call({ ...sfu, traceparent }, 'closeParticipant', { room: placement.uid, participant }, {}),
    );
  }

  /** Pauses somebody's producer, or lets it flow; one that is gone need not be. @throws RefusalError `unavailable` */
  pauseProducer(placement: Placement, participant: ParticipantId, producer: ProducerId, paused: boolean) {
    return this.#whereverItIs(placement, sfu =>
      this.#sfu.call(sfu, 'pauseProducer', { room: placement.uid, participant, producer }, { paused }),
    );
  }

  /** Closes somebody's producer, unless it is gone. @throws RefusalError `unavailable` */
  closeProducer(placement: Placement, participant: ParticipantId, producer: ProducerId) {
    return this.#whereverItIs(placement, sfu =>
      this.#sfu.call(sfu, 'closeProducer', { room: placement.uid, participant, producer }, {}),
    );
  }

  iceServers(placement: ReadyPlacement, participant: ParticipantId) {
    return createIceServers(placement.turnUrls, this.#turnSecret, participant);
  }

  /** All SFUs that may have something of the room: those that carry it, two while it moves from one to another. */
  async #sfusOf(placement: Placement): Promise<SfuTarget[]> {
    const ready = placement.state === 'ready' ? placedOn(placement) : [];
    const places = await this.#state.moves.places(placement).catch(() => undefined);
    const known = places && [...carriersOf(places), ...(places.former ? [places.former] : [])];
    // The one where the room is placed has it before the state says so; of several, those that do not carry it have nothing.
    const meant = places?.branches.length === 0 ? ready.slice(0, 1) : known ? [] : ready;
    const all = new Map([...meant, ...(known ?? []).map(({ sfu }) => sfu)].map(sfu => [sfu.instance, sfu]));
    return [...all.values()].map(({ controlUrl, instance }) => {
      const stays = ready.some(sfu => sfu.instance === instance);
      return { controlUrl, ...(!stays && { timeoutMs: formerTimeoutMs }) };
    });
  }

  /** Calls every SFU that may have what the call is about; one that has not need not. */
  async #whereverItIs(placement: Placement, call: (sfu: SfuTarget) => Promise<unknown>): Promise<void> {
    await Promise.all(
      (await this.#sfusOf(placement)).map(sfu =>
        call(sfu).catch(error => {
          const gone =
            error instanceof RefusalError && (error.code === 'not_found' || error.code === 'media_lost');
          if (!gone) throw error;
        }),
      ),
    );
  }
}

function changing(): RefusalError {
  return new RefusalError('room_not_ready', 'The meeting is changing right now. Try again in a moment.');
}
