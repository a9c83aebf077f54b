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
  type TransportId,
} from '@parley/protocol';
import type { Logger } from '@parley/telemetry';
import { createIceServers } from '../access/secrets.ts';
import type { Metrics } from '../metrics.ts';
import type { Settings } from '../settings.ts';
import type { RoomRef } from '../state/room-changes.ts';
import type { LostMedia } from '../state/room-moves.ts';
import type { RoomState } from '../state/room-state.ts';
import { formerTimeoutMs, Moves } from './moves.ts';
import type { SfuClient, SfuTarget } from './sfu-client.ts';

/** How often a state that changes under our hands is tried again before the client is asked to. */
const attempts = 5;

/** How long the SFU that a room leaves may take to say what somebody's network can take, in ms. */
const bandwidthTimeoutMs = 250;

export interface OpenedRoom {
  generation: MediaGeneration;
  rtpCapabilities: RtpCapabilities;
  /** Who lost what they had there, and has not come back for it. */
  lost: LostMedia[];
}

/** Where a room's media is. */
export function sfuOf(placement: ReadyPlacement, traceparent?: string): SfuTarget {
  return { controlUrl: placement.sfu.controlUrl, traceparent };
}

/** Makes the media of rooms and participants exist. */
export class RoomMedia {
  readonly moves: Moves;
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
    this.moves = new Moves({ sfu, state, deadlineMs: settings.moveDeadlineMs, metrics, log });
  }

  /**
   * Has the room's router made unless it is there, and tells everyone if it is a new one: to move there while the former media flows, or
   * to begin anew. Also tells who lost theirs while the room's lives on. Of several replicas that do so at once, one changes the state.
   *
   * @throws RefusalError `unavailable` if the SFU cannot be reached, `room_not_ready` if the room is no longer there.
   */
  async openRoom(placement: ReadyPlacement, traceparent?: string): Promise<OpenedRoom> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const seen = await this.#state.moves.places(placement);
      const opened = await this.#sfu.call(
        sfuOf(placement, traceparent),
        'openRoom',
        { room: placement.uid },
        {},
      );
      if (opened.generation === seen?.generation) {
        // Else it would be taken for media of a process that is gone, and nobody could move from it.
        if (seen.sfu?.instance !== placement.sfu.instance) {
          await this.#state.moves.setCarrier(placement, opened.generation);
        }
        await this.#tellLost(placement, opened);
        return opened;
      }
      const outcome = await this.moves.change(placement, seen, opened.generation);
      if (outcome === 'done') return opened;
      if (outcome === 'not_placed') break;
    }
    throw new RefusalError('room_not_ready', 'The meeting is changing right now. Try again in a moment.');
  }

  async #tellLost(placement: ReadyPlacement, { generation, lost }: OpenedRoom): Promise<void> {
    if (lost.length > 0) await this.#state.moves.lose(placement, generation, lost);
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
        sfuOf(placement, traceparent),
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
   * Closes what a participant has, or `current`: but for what they have of media that the room moves from. As well as that can be done: an
   * SFU that is gone has closed it already.
   */
  async closeParticipant(
    placement: ReadyPlacement,
    participant: ParticipantId,
    traceparent?: string,
    which: 'all' | 'current' = 'all',
  ): Promise<void> {
    const close = (target: SfuTarget) =>
      this.#sfu
        .call({ ...target, traceparent }, 'closeParticipant', { room: placement.uid, participant }, {})
        .catch(() => {});
    if (which === 'current') await close(sfuOf(placement));
    else await Promise.all((await this.#sfusOf(placement)).map(close));
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

  /** All SFUs that may have something of the room, which are two while it moves. */
  async #sfusOf(placement: Placement): Promise<SfuTarget[]> {
    const ready = placement.state === 'ready' ? [placement.sfu] : [];
    const places = await this.#state.moves.places(placement).catch(() => undefined);
    const others = [places?.sfu, places?.former?.sfu].flatMap(sfu =>
      sfu && sfu.instance !== ready[0]?.instance ? [sfu] : [],
    );
    const former = new Map(others.map(sfu => [sfu.instance, sfu]));
    return [
      ...ready.map(({ controlUrl }) => ({ controlUrl })),
      ...[...former.values()].map(({ controlUrl }) => ({ controlUrl, timeoutMs: formerTimeoutMs })),
    ];
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
