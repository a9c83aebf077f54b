import { randomUUID } from 'node:crypto';
import {
  MediaGeneration,
  MediaLossId,
  type ParticipantId,
  RefusalError,
  type RoomUid,
  RtpCapabilities,
  type Speaker,
  type TransportId,
  type TransportOptions,
} from '@parley/protocol';
import { Demand } from './demand.ts';
import type { Limits } from './limits.ts';
import { mediaLost } from './media-errors.ts';
import type { MediaWorker } from './media-worker.ts';
import { OnceMap } from './once-map.ts';
import { Participant, type Stage } from './participant.ts';
import { Pipes } from './pipes.ts';
import { RoomRouter } from './room-router.ts';
import { Voices } from './voices.ts';

export interface RoomOptions {
  /** The worker for somebody who will receive `needs` tracks in a room on `own`. @throws RefusalError `unavailable` */
  choose: (own: ReadonlySet<MediaWorker>, needs: number) => MediaWorker;
  limits: Limits;
  /** Is told who speaks, as `Voices` says it. */
  speakers: (room: Room, speakers: readonly Speaker[]) => void;
}

/** What the death of a worker took of a room: all of it, what some participants had, or nothing. */
export type Loss = 'everything' | 'something' | 'nothing';

/** A room's media: a router on each worker that it uses, and pipes between these. */
export class Room {
  readonly #uid: RoomUid;
  readonly #generation = MediaGeneration.parse(randomUUID());
  readonly #choose: RoomOptions['choose'];
  readonly #stage: Stage;
  readonly #routers = new Map<MediaWorker, RoomRouter>();
  readonly #participants = new Map<ParticipantId, Participant>();
  /** Whose router died, and who have not opened a transport since. */
  readonly #lost = new Map<ParticipantId, MediaLossId>();
  #rtpCapabilities: RtpCapabilities = {};
  #closed = false;

  private constructor(uid: RoomUid, { choose, limits, speakers }: RoomOptions) {
    this.#uid = uid;
    this.#choose = choose;
    const producers: Stage['producers'] = new OnceMap(
      'There is another producer under this id. Choose another id.',
    );
    const voices = new Voices({ speakers: list => speakers(this, list) });
    this.#stage = { producers, pipes: new Pipes(), demand: new Demand(), voices, limits };
  }

  /** @throws RefusalError `unavailable` without a worker; WorkerClosedError if the worker dies at it. */
  static async open(uid: RoomUid, options: RoomOptions): Promise<Room> {
    const room = new Room(uid, options);
    const router = room.#routerOn(options.choose(new Set(), 0));
    try {
      room.#rtpCapabilities = RtpCapabilities.parse((await router.made).rtpCapabilities);
      if (router.worker.closed) throw mediaLost();
    } catch (error) {
      room.close();
      throw error;
    }
    return room;
  }

  get uid(): RoomUid {
    return this.#uid;
  }

  /** Another each time that the room is opened. */
  get generation(): MediaGeneration {
    return this.#generation;
  }

  get rtpCapabilities(): RtpCapabilities {
    return this.#rtpCapabilities;
  }

  get participants(): ReadonlyMap<ParticipantId, Participant> {
    return this.#participants;
  }

  /** One at least, as long as the room is open. */
  get routers(): RoomRouter[] {
    return [...this.#routers.values()];
  }

  /** Producers that are sent to a further router of the room, each router counted. */
  get pipes(): number {
    return this.#stage.pipes.size;
  }

  /** What those in the room watch of each other. */
  get demand(): Demand {
    return this.#stage.demand;
  }

  /** Who lost what they had with a worker and has not come back yet, with a name for that loss. */
  get lost(): ReadonlyMap<ParticipantId, MediaLossId> {
    return this.#lost;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** @throws RefusalError `not_found`, or `media_lost` if their router went away. */
  participant(id: ParticipantId): Participant {
    this.#mustBeOpen();
    const participant = this.#participants.get(id);
    if (participant) return participant;
    if (this.#lost.has(id)) throw mediaLost();
    throw new RefusalError(
      'not_found',
      `Participant ${id} has no media in this room. Open a transport first.`,
    );
  }

  /** Opens a transport of a participant, who comes into being with the first. `initialOutgoingBitrate`: their bandwidth, in bit/s, if it is known. */
  async openTransport(
    participantId: ParticipantId,
    id: TransportId,
    direction: 'send' | 'receive',
    initialOutgoingBitrate?: number,
  ): Promise<TransportOptions> {
    this.#mustBeOpen();
    const participant = this.#participants.get(participantId) ?? this.#enter(participantId);
    try {
      return await participant.openTransport(id, direction, initialOutgoingBitrate);
    } catch (error) {
      if (participant.empty && this.#participants.get(participantId) === participant) {
        this.closeParticipant(participantId);
      }
      throw error;
    }
  }

  /** @returns whether the participant had anything. */
  closeParticipant(id: ParticipantId): boolean {
    this.#lost.delete(id);
    const participant = this.#participants.get(id);
    if (!participant) return false;
    participant.close();
    this.#participants.delete(id);
    participant.home.participants.delete(participant);
    this.#closeEmptyRouters();
    return true;
  }

  /** Closes the routers and everything of everyone. */
  close(): void {
    for (const router of this.#routers.values()) router.close();
    this.#forget();
  }

  /** A worker went. As long as the room has another it lives on, without those who were on that one. */
  workerClosed(worker: MediaWorker): Loss {
    const router = this.#routers.get(worker);
    if (!router) return 'nothing';
    this.#routers.delete(worker);
    router.workerClosed();
    if (this.#routers.size === 0) {
      this.#forget();
      return 'everything';
    }
    const loss = MediaLossId.parse(randomUUID());
    for (const participant of router.participants) {
      participant.routerClosed();
      this.#participants.delete(participant.id);
      this.#lost.set(participant.id, loss);
    }
    return router.participants.size > 0 ? 'something' : 'nothing';
  }

  #forget(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const participant of this.#participants.values()) participant.routerClosed();
    this.#participants.clear();
    this.#routers.clear();
    this.#lost.clear();
    this.#stage.producers.clear();
    this.#stage.voices.close();
  }

  #enter(id: ParticipantId): Participant {
    const { participantsPerRoom } = this.#stage.limits;
    if (this.#participants.size >= participantsPerRoom) {
      throw new RefusalError('room_full', `At most ${participantsPerRoom} participants fit into a room.`);
    }
    const home = this.#routerOn(this.#choose(new Set(this.#routers.keys()), this.#expectedConsumers));
    const participant = new Participant(id, this.#stage, home);
    this.#participants.set(id, participant);
    home.participants.add(participant);
    this.#lost.delete(id);
    this.#closeEmptyRouters();
    return participant;
  }

  /** How many tracks somebody will receive: those that there are, and one of each other where many come before they send. */
  get #expectedConsumers(): number {
    const { producers, limits } = this.#stage;
    return Math.min(Math.max(producers.size, this.#participants.size), limits.consumersPerParticipant);
  }

  #routerOn(worker: MediaWorker): RoomRouter {
    const router = this.#routers.get(worker) ?? new RoomRouter(worker, () => this.#expectedConsumers);
    this.#routers.set(worker, router);
    return router;
  }

  /** A router that nobody is on any more is given back, but not the last one. */
  #closeEmptyRouters(): void {
    for (const [worker, router] of this.#routers) {
      if (router.participants.size > 0 || this.#routers.size === 1) continue;
      this.#routers.delete(worker);
      router.close();
    }
  }

  #mustBeOpen(): void {
    if (this.#closed) throw mediaLost();
  }
}
