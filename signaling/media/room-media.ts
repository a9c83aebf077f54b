import { randomUUID } from 'node:crypto';
import {
  type Carrier,
  type MediaSession,
  type ParticipantId,
  type Placement,
  type ProducerId,
  type ReadyPlacement,
  RefusalError,
  type SfuPlace,
  type TransportId,
} from '@parley/protocol';
import type { Logger } from '@parley/telemetry';
import { createIceServers } from '../access/secrets.ts';
import type { Metrics } from '../metrics.ts';
import type { Settings } from '../settings.ts';
import type { RoomRef } from '../state/room-changes.ts';
import { carriersOf, placedOn } from '../state/room-moves.ts';
import type { RoomState } from '../state/room-state.ts';
import { Carriage, type OpenedRoom, type Wanted } from './carriage.ts';
import { formerTimeoutMs, Moves } from './moves.ts';
import type { SfuClient, SfuTarget } from './sfu-client.ts';

/** How long the SFU that a room leaves may take to say what somebody's network can take, in ms. */
const bandwidthTimeoutMs = 250;

/** Makes the media of rooms and participants exist. */
export class RoomMedia {
  readonly moves: Moves;
  readonly #carriage: Carriage;
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
    this.#carriage = new Carriage({ sfu, state, moves: this.moves, deadlineMs, metrics, log });
  }

  /**
   * Has the media that is `wanted` of a room made unless it is there. Of several replicas that do so at once, one changes the state.
   *
   * @throws RefusalError `unavailable` if the SFU cannot be reached, `room_not_ready` if the room is no longer there.
   */
  openRoom(placement: ReadyPlacement, wanted: Wanted = 'main'): Promise<OpenedRoom> {
    return this.#carriage.open(placement, wanted);
  }

  /**
   * Makes a room's media what it is to be by its placement. `waiting`: there is more to do once the move that is under way is over.
   *
   * @throws RefusalError as `openRoom`
   */
  repair(placement: ReadyPlacement): Promise<'settled' | 'waiting'> {
    return this.#carriage.repair(placement);
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
    bandwidth?: number,
  ): Promise<MediaSession> {
    const open = (direction: 'send' | 'receive') =>
      this.#sfu.call(
        { controlUrl: opened.sfu.controlUrl },
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
    on?: readonly SfuPlace[],
  ): Promise<void> {
    const close = (target: SfuTarget) =>
      this.#sfu.call(target, 'closeParticipant', { room: placement.uid, participant }, {}).catch(() => {});
    const targets = on?.map(({ controlUrl }) => ({ controlUrl })) ?? (await this.#sfusOf(placement));
    await Promise.all(targets.map(close));
  }

  /** Closes what somebody has who is gone. @throws RefusalError `unavailable` */
  endParticipant(placement: Placement, participant: ParticipantId) {
    return this.#whereverItIs(placement, sfu =>
      this.#sfu.call(sfu, 'closeParticipant', { room: placement.uid, participant }, {}),
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
