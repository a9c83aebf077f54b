import { randomUUID } from 'node:crypto';
import {
  type LayersWantedOf,
  MediaGeneration,
  type MediaLossId,
  type ParticipantId,
  type ProducerId,
  RefusalError,
  type RoomUid,
  RtpCapabilities,
  type Speaker,
  type TransportId,
  type TransportOptions,
} from '@parley/protocol';
import { Demand } from './demand.ts';
import type { Limits } from './limits.ts';
import { Losses } from './losses.ts';
import { LoudestGate } from './loudest-gate.ts';
import { mediaLost } from './media-errors.ts';
import type { MediaWorker } from './media-worker.ts';
import { IncomingPipes, type IncomingPipesOptions } from './mesh/incoming-pipes.ts';
import { OnceMap } from './once-map.ts';
import { Participant, type Stage } from './participant.ts';
import { Pipes, type Published } from './pipes.ts';
import type { RoomRouter } from './room-router.ts';
import { RoomRouters } from './room-routers.ts';
import type { StreamMeter } from './stream-meter.ts';
import { Voices } from './voices.ts';

export interface RoomOptions {
  /** The worker for somebody who will receive `needs` tracks in a room on `own`. @throws RefusalError `unavailable` */
  choose: (own: ReadonlySet<MediaWorker>, needs: number) => MediaWorker;
  limits: Limits;
  /** Counts what goes through the streams of clients. */
  meter: StreamMeter;
  /** How other SFUs are reached that carry the room, too. */
  mesh: IncomingPipesOptions;
  /** Is told that some have to come anew, as what they received from another SFU was cut for good. */
  forgotten: (room: Room) => void;
  /** How many microphones are heard at a time; 0: all. */
  loudest: number;
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
  readonly #routers = new RoomRouters(() => this.#expectedConsumers);
  readonly #participants = new Map<ParticipantId, Participant>();
  readonly #losses = new Losses();
  readonly #tellForgotten: () => void;
  #rtpCapabilities: RtpCapabilities = {};
  #closed = false;

  private constructor(uid: RoomUid, options: RoomOptions) {
    const { choose, limits, meter, mesh, loudest, speakers } = options;
    this.#uid = uid;
    this.#choose = choose;
    this.#tellForgotten = () => options.forgotten(this);
    const producers: Stage['producers'] = new OnceMap(
      'There is another producer under this id. Choose another id.',
    );
    const gate = loudest > 0 ? new LoudestGate(loudest) : undefined;
    const voices = new Voices({
      speakers: list => speakers(this, list),
      volumes: (volumes, now) => gate?.hear(volumes, now),
    });
    this.#stage = {
      producers,
      pipes: new Pipes(copy => meter.closing([copy])),
      incoming: new IncomingPipes(uid, mesh, copy => meter.closing([copy])),
      forgotten: id => this.#losses.gather(id, ids => this.#cutOff(ids)),
      demand: new Demand(),
      voices,
      meter,
      gate,
      limits,
    };
  }

  /** @throws RefusalError `unavailable` without a worker; WorkerClosedError if the worker dies at it. */
  static async open(uid: RoomUid, options: RoomOptions): Promise<Room> {
    const room = new Room(uid, options);
    const router = room.#routers.on(options.choose(new Set(), 0));
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
    return this.#routers.all;
  }

  /** Producers that are sent to a further router of the room, each router counted. */
  get pipes(): number {
    return this.#stage.pipes.size;
  }

  /** Producers that another SFU sends to a router here. */
  get incomingPipes(): number {
    return this.#stage.incoming.size;
  }

  /** Tracks that are sent to other SFUs. */
  get outgoingPipes(): number {
    return this.routers.reduce((sum, { sentOn }) => sum + sentOn.size, 0);
  }

  /** A producer of somebody in the room, if it is there. */
  async published(id: ProducerId): Promise<Published | undefined> {
    const published = await this.#stage.producers.settled(id);
    return published?.producer.closed ? undefined : published;
  }

  /** Who is let through, where only the loudest are heard. */
  get gate(): LoudestGate | undefined {
    return this.#stage.gate;
  }

  /** So many microphones are heard at a time from now on. A room where all are heard, or not, stays one until it is opened anew. */
  hearLoudest(loudest: number): void {
    const { gate } = this.#stage;
    if (gate && loudest > 0) gate.most = loudest;
  }

  /** As `Demand.take`, with what other SFUs said of what is watched there. */
  takeWanted(): LayersWantedOf[] {
    return [...this.#stage.demand.take(), ...this.#stage.incoming.takeWanted()];
  }

  /** What those in the room watch of each other. */
  get demand(): Demand {
    return this.#stage.demand;
  }

  /** Who lost what they had with a worker and has not come back yet, with a name for that loss. */
  get lost(): ReadonlyMap<ParticipantId, MediaLossId> {
    return this.#losses.all;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** @throws RefusalError `not_found`, or `media_lost` if their router went away. */
  participant(id: ParticipantId): Participant {
    this.#mustBeOpen();
    const participant = this.#participants.get(id);
    if (participant) return participant;
    if (this.lost.has(id)) throw mediaLost();
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
    this.#losses.delete(id);
    const participant = this.#participants.get(id);
    if (!participant) return false;
    participant.close();
    this.#participants.delete(id);
    participant.home.participants.delete(participant);
    this.#routers.closeEmpty();
    return true;
  }

  /** Closes the routers and everything of everyone. */
  close(): void {
    for (const { producers, consumers } of this.#participants.values())
      this.#stage.meter.closing([...producers, ...consumers]);
    this.#routers.close();
    this.#forget();
  }

  /** A worker went. As long as the room has another it lives on, without those who were on that one. */
  workerClosed(worker: MediaWorker): Loss {
    const router = this.#routers.workerClosed(worker);
    if (!router) return 'nothing';
    if (this.#routers.size === 0) {
      this.#forget();
      return 'everything';
    }
    for (const participant of router.participants) {
      participant.routerClosed();
      this.#participants.delete(participant.id);
    }
    this.#losses.add(Array.from(router.participants, ({ id }) => id));
    return router.participants.size > 0 ? 'something' : 'nothing';
  }

  /** Who was cut off from another SFU loses all, as there is no word to clients by which they come anew for one track. */
  #cutOff(ids: readonly ParticipantId[]): void {
    const there = ids.filter(id => this.#participants.has(id));
    if (there.length === 0) return;
    for (const id of there) this.closeParticipant(id);
    this.#losses.add(there);
    this.#tellForgotten();
  }

  #forget(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const participant of this.#participants.values()) participant.routerClosed();
    this.#participants.clear();
    this.#losses.clear();
    this.#stage.producers.clear();
    this.#stage.voices.close();
  }

  #enter(id: ParticipantId): Participant {
    const { participantsPerRoom } = this.#stage.limits;
    if (this.#participants.size >= participantsPerRoom) {
      throw new RefusalError('room_full', `At most ${participantsPerRoom} participants fit into a room.`);
    }
    const home = this.#routers.on(this.#choose(this.#routers.workers, this.#expectedConsumers));
    const participant = new Participant(id, this.#stage, home);
    this.#participants.set(id, participant);
    home.participants.add(participant);
    this.#losses.delete(id);
    this.#routers.closeEmpty();
    return participant;
  }

  /** How many tracks somebody will receive: those that there are, and one of each other where many come before they send. */
  get #expectedConsumers(): number {
    const { producers, limits } = this.#stage;
    return Math.min(Math.max(producers.size, this.#participants.size), limits.consumersPerParticipant);
  }

  #mustBeOpen(): void {
    if (this.#closed) throw mediaLost();
  }
}
