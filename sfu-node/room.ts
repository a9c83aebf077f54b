import {
  type MediaGeneration,
  type ParticipantId,
  RefusalError,
  type RoomUid,
  RtpCapabilities,
  type TransportId,
  type TransportOptions,
} from '@parley/protocol';
import type { Limits } from './limits.ts';
import { mediaLost } from './media-errors.ts';
import type { MediaWorker } from './media-worker.ts';
import { OnceMap } from './once-map.ts';
import { Participant, type Stage } from './participant.ts';

/** A room's media: one router on one worker. */
export class Room {
  readonly #uid: RoomUid;
  readonly #worker: MediaWorker;
  readonly #stage: Stage;
  readonly #rtpCapabilities: RtpCapabilities;
  readonly #participants = new Map<ParticipantId, Participant>();
  #closed: 'open' | 'closed' | 'workerClosed' = 'open';

  private constructor(uid: RoomUid, worker: MediaWorker, stage: Stage) {
    this.#uid = uid;
    this.#worker = worker;
    this.#stage = stage;
    this.#rtpCapabilities = RtpCapabilities.parse(stage.router.rtpCapabilities);
  }

  /** @throws WorkerClosedError if the worker dies at it. */
  static async open(uid: RoomUid, worker: MediaWorker, limits: Limits): Promise<Room> {
    const { webRtcServer } = worker;
    const router = await worker.createRouter();
    const producers: Stage['producers'] = new OnceMap(
      'There is another producer under this id. Choose another id.',
    );
    return new Room(uid, worker, { router, webRtcServer, producers, limits });
  }

  get uid(): RoomUid {
    return this.#uid;
  }

  get worker(): MediaWorker {
    return this.#worker;
  }

  /** Another for every router that the room gets. */
  get generation(): MediaGeneration {
    return this.#stage.router.id as MediaGeneration;
  }

  get rtpCapabilities(): RtpCapabilities {
    return this.#rtpCapabilities;
  }

  get participants(): ReadonlyMap<ParticipantId, Participant> {
    return this.#participants;
  }

  get closed(): boolean {
    return this.#closed !== 'open';
  }

  /** @throws RefusalError `not_found`, or `media_lost` if the router went away. */
  participant(id: ParticipantId): Participant {
    this.#mustBeOpen();
    const participant = this.#participants.get(id);
    if (participant) return participant;
    throw new RefusalError(
      'not_found',
      `Participant ${id} has no media in this room. Open a transport first.`,
    );
  }

  /** Opens a transport of a participant, who comes into being with the first. */
  async openTransport(
    participantId: ParticipantId,
    id: TransportId,
    direction: 'send' | 'receive',
  ): Promise<TransportOptions> {
    this.#mustBeOpen();
    const participant = this.#participants.get(participantId) ?? this.#enter(participantId);
    try {
      return await participant.openTransport(id, direction);
    } catch (error) {
      if (participant.empty && this.#participants.get(participantId) === participant) {
        this.closeParticipant(participantId);
      }
      throw error;
    }
  }

  /** @returns whether the participant had anything. */
  closeParticipant(id: ParticipantId): boolean {
    const participant = this.#participants.get(id);
    if (!participant) return false;
    participant.close();
    this.#participants.delete(id);
    return true;
  }

  /** Closes the router and everything of everyone. */
  close(): void {
    if (this.closed) return;
    this.#closed = 'closed';
    this.#stage.router.close();
    this.#forget();
  }

  /** The worker went, and the router with it. */
  workerClosed(): void {
    if (this.closed) return;
    this.#closed = 'workerClosed';
    this.#forget();
  }

  #forget(): void {
    for (const participant of this.#participants.values()) participant.routerClosed();
    this.#participants.clear();
    this.#stage.producers.clear();
  }

  #enter(id: ParticipantId): Participant {
    const { participantsPerRoom } = this.#stage.limits;
    if (this.#participants.size >= participantsPerRoom) {
      throw new RefusalError('room_full', `At most ${participantsPerRoom} participants fit into a room.`);
    }
    const participant = new Participant(id, this.#stage);
    this.#participants.set(id, participant);
    return participant;
  }

  #mustBeOpen(): void {
    if (this.closed) throw mediaLost();
  }
}
