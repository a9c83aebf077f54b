import { randomUUID } from 'node:crypto';
import {
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
import type { RoomState } from '../state/room-state.ts';
import type { SfuClient, SfuTarget } from './sfu-client.ts';

/** How often a state that changes under our hands is tried again before the client is asked to. */
const attempts = 5;

export interface OpenedRoom {
  generation: MediaGeneration;
  rtpCapabilities: RtpCapabilities;
}

/** Where a room's media is. */
export function sfuOf(placement: ReadyPlacement, traceparent?: string): SfuTarget {
  return { controlUrl: placement.sfu.controlUrl, traceparent };
}

/** Makes the media of rooms and participants exist. */
export class RoomMedia {
  readonly #sfu: SfuClient;
  readonly #state: RoomState;
  readonly #turnSecret: string;
  readonly #log: Logger;

  constructor(sfu: SfuClient, state: RoomState, turnSecret: string, log: Logger) {
    this.#sfu = sfu;
    this.#state = state;
    this.#turnSecret = turnSecret;
    this.#log = log;
  }

  /**
   * Has the room's router made unless it is there, and tells everyone if it is a new one. Of several replicas that do so at
   * once, one changes the state.
   *
   * @throws RefusalError `unavailable` if the SFU cannot be reached, `room_not_ready` if the room is no longer there.
   */
  async openRoom(placement: ReadyPlacement, traceparent?: string): Promise<OpenedRoom> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const seen = (await this.#state.peek(placement))?.generation;
      const opened = await this.#sfu.call(
        sfuOf(placement, traceparent),
        'openRoom',
        { room: placement.uid },
        {},
      );
      if (opened.generation === seen) return opened;
      const outcome = await this.#state.setGeneration(placement, seen, opened.generation);
      if (outcome === 'ok') {
        const { key: room, uid, sfu } = placement;
        this.#log.info({ room, uid, sfu: sfu.pod, generation: opened.generation }, 'room has new media');
        return opened;
      }
      if (outcome === 'not_placed') break;
    }
    throw new RefusalError('room_not_ready', 'The meeting is changing right now. Try again in a moment.');
  }

  /** Opens both transports of a participant. */
  async openSession(
    placement: ReadyPlacement,
    opened: OpenedRoom,
    participant: ParticipantId,
    traceparent?: string,
  ): Promise<MediaSession> {
    const open = (direction: 'send' | 'receive') =>
      this.#sfu.call(
        sfuOf(placement, traceparent),
        'openTransport',
        { room: placement.uid, participant, transport: randomUUID() as TransportId },
        { direction },
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

  /** Closes what a participant has, as well as that can be done: an SFU that is gone has closed it already. */
  async closeParticipant(
    placement: ReadyPlacement,
    participant: ParticipantId,
    traceparent?: string,
  ): Promise<void> {
    await this.#sfu
      .call(sfuOf(placement, traceparent), 'closeParticipant', { room: placement.uid, participant }, {})
      .catch(() => {});
  }

  /** Pauses somebody's producer, or lets it flow; one that is gone need not be. @throws RefusalError `unavailable` */
  pauseProducer(placement: Placement, participant: ParticipantId, producer: ProducerId, paused: boolean) {
    return ofMediaThatIsThere(placement, ready =>
      this.#sfu.call(sfuOf(ready), 'pauseProducer', { room: ready.uid, participant, producer }, { paused }),
    );
  }

  /** Closes somebody's producer, unless it is gone. @throws RefusalError `unavailable` */
  closeProducer(placement: Placement, participant: ParticipantId, producer: ProducerId) {
    return ofMediaThatIsThere(placement, ready =>
      this.#sfu.call(sfuOf(ready), 'closeProducer', { room: ready.uid, participant, producer }, {}),
    );
  }

  iceServers(placement: ReadyPlacement, participant: ParticipantId) {
    return createIceServers(placement.turnUrls, this.#turnSecret, participant);
  }
}

async function ofMediaThatIsThere(placement: Placement, call: (ready: ReadyPlacement) => Promise<unknown>) {
  if (placement.state !== 'ready') return;
  await call(placement).catch(error => {
    const gone = error instanceof RefusalError && (error.code === 'not_found' || error.code === 'media_lost');
    if (!gone) throw error;
  });
}
