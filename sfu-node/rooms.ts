import { EventEmitter } from 'node:events';
import {
  type LayersWantedOf,
  type ParticipantId,
  RefusalError,
  type RoomUid,
  type Speaker,
} from '@parley/protocol';
import type { Limits } from './limits.ts';
import { mediaLost, refusalOf } from './media-errors.ts';
import type { MediaWorker } from './media-worker.ts';
import { OnceMap } from './once-map.ts';
import type { Participant } from './participant.ts';
import { Room, type RoomOptions } from './room.ts';
import type { StreamMeter } from './stream-meter.ts';
import type { WorkerPool } from './worker-pool.ts';

interface RoomsEvents {
  /** Rooms that lost media with a worker: all of it, or what some participants had. */
  lost: [rooms: RoomUid[], worker: MediaWorker];
  /** Some of a room have to come anew, as what they received from another SFU was cut for good. */
  forgotten: [room: RoomUid];
  /** A participant or a room was closed. */
  closed: [];
  /** Who speaks in a room. */
  speakers: [room: Room, speakers: readonly Speaker[]];
}

/** All rooms of this SFU. */
export class Rooms extends EventEmitter<RoomsEvents> {
  readonly #pool: WorkerPool;
  readonly #limits: Limits;
  readonly #mesh: RoomOptions['mesh'];
  readonly #meter: StreamMeter;
  readonly #rooms = new OnceMap<RoomUid, undefined, Room>('');
  /** Rooms that died with their worker and have not been opened again. */
  readonly #lost = new Set<RoomUid>();
  #cuts = 0;
  #draining = false;

  constructor(pool: WorkerPool, limits: Limits, mesh: RoomOptions['mesh'], meter: StreamMeter) {
    super();
    this.#meter = meter;
    this.#mesh = mesh;
    this.#pool = pool;
    this.#limits = limits;
    pool.on('died', worker => this.#workerDied(worker));
  }

  /** Those that are open. */
  get all(): Room[] {
    return [...this.#rooms.values()];
  }

  get participants(): number {
    return this.all.reduce((sum, room) => sum + room.participants.size, 0);
  }

  /** How often some of a room had to come anew, as what they received from another SFU was cut for good. */
  get cuts(): number {
    return this.#cuts;
  }

  get draining(): boolean {
    return this.#draining;
  }

  /**
   * Gives the room, and whether this call made it.
   *
   * @param loudest how many microphones are heard at a time; 0: all, undefined: as many as it is, or all.
   * @throws RefusalError `unavailable` if there is no place for a new room, `media_lost` if its worker dies at it.
   */
  async open(uid: RoomUid, loudest?: number): Promise<{ room: Room; made: boolean }> {
    const made = !this.#rooms.has(uid);
    const room = await this.#rooms.open(uid, undefined, async () => {
      this.#mustHavePlace();
      const choose = this.#pool.choose.bind(this.#pool);
      const speakers: RoomOptions['speakers'] = (...told) => void this.emit('speakers', ...told);
      const forgotten: RoomOptions['forgotten'] = ({ uid }) => {
        this.#cuts++;
        this.emit('forgotten', uid);
        this.emit('closed');
      };
      const [limits, mesh, meter] = [this.#limits, this.#mesh, this.#meter];
      const options = { choose, limits, meter, mesh, forgotten, loudest: loudest ?? 0, speakers };
      return Room.open(uid, options).catch(error => {
        throw refusalOf(error, 'room');
      });
    });
    if (loudest !== undefined) room.hearLoudest(loudest);
    this.#lost.delete(uid);
    return { room, made };
  }

  /** @throws RefusalError `not_found`, or `media_lost` if it died with its worker. */
  async get(uid: RoomUid): Promise<Room> {
    const room = await this.#rooms.settled(uid);
    if (room) return room;
    if (this.#lost.has(uid)) throw mediaLost();
    throw new RefusalError('not_found', `Room ${uid} is not open on this SFU. Open it first.`);
  }

  /** @returns undefined if there is no such room, or nobody of this id in it. */
  async findParticipant(uid: RoomUid, participant: ParticipantId): Promise<Participant | undefined> {
    return (await this.#rooms.settled(uid))?.participants.get(participant);
  }

  /** @returns whether the room was open. */
  async close(uid: RoomUid): Promise<boolean> {
    const room = await this.#rooms.settled(uid);
    this.#lost.delete(uid);
    if (!room || room.closed) return false;
    room.close();
    this.#rooms.delete(uid);
    this.emit('closed');
    return true;
  }

  /** @returns whether the participant had anything. */
  async closeParticipant(uid: RoomUid, participant: ParticipantId): Promise<boolean> {
    const room = await this.#rooms.settled(uid);
    const closed = room?.closeParticipant(participant) ?? false;
    if (closed) this.emit('closed');
    return closed;
  }

  /** As `Room.takeWanted`, of a room that may be gone. */
  takeWanted(uid: RoomUid): LayersWantedOf[] {
    return this.#rooms.get(uid)?.takeWanted() ?? [];
  }

  /** Takes no new rooms from now on. */
  drain(): void {
    this.#draining = true;
  }

  /** Resolves when nobody is in any room any more. */
  async empty(): Promise<void> {
    while (this.participants > 0) {
      await new Promise<void>(resolve => this.once('closed', resolve));
    }
  }

  #mustHavePlace(): void {
    if (this.#draining) {
      throw new RefusalError('unavailable', 'This SFU is being stopped and takes no new rooms.');
    }
    if (this.#rooms.size >= this.#limits.rooms) {
      throw new RefusalError(
        'unavailable',
        `This SFU carries ${this.#limits.rooms} rooms, which is all it can.`,
      );
    }
  }

  #workerDied(worker: MediaWorker): void {
    const lost: RoomUid[] = [];
    for (const room of this.all) {
      const loss = room.workerClosed(worker);
      if (loss !== 'nothing') lost.push(room.uid);
      if (loss !== 'everything') continue;
      this.#rooms.delete(room.uid);
      // Bounded, should nobody ask for them again.
      if (this.#lost.size < this.#limits.rooms) this.#lost.add(room.uid);
    }
    this.emit('closed');
    if (lost.length > 0) this.emit('lost', lost, worker);
  }
}
