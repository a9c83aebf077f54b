import {
  type MediaGeneration,
  type ParticipantId,
  ParticipantId as ParticipantIdSchema,
  type Producer,
  type ProducerId,
  ProducerId as ProducerIdSchema,
  type RoomEvent,
  type RoomKey,
  type RoomSnapshot,
  RoomUid,
  redisKeys,
} from '@parley/protocol';
import type { RedisClient } from '@parley/redis';
import { z } from 'zod';
import { ask } from './redis.ts';
import { defineScripts, type ScriptName } from './scripts.ts';
import { type NewPerson, Person, RawSnapshot, toParticipant, toSnapshot } from './snapshot.ts';

/** Which room, and which Room of that name. */
export interface RoomRef {
  key: RoomKey;
  uid: RoomUid;
}

/** Where a participant is connected: a replica and a socket of it. */
export interface ConnectionRef {
  replica: string;
  socket: string;
}

/** Tells everyone in a room; `except` is a socket that need not hear it. */
export type Announce = (uid: RoomUid, event: RoomEvent, except?: string) => void;

const up = (connection: ConnectionRef) => `up:${connection.replica}:${connection.socket}`;

const Answer = z.tuple([z.string()], z.unknown());
const Seq = z.int().min(0);
const SweptAnswer = z.tuple([
  z.literal('ok'),
  RoomUid.nullable(),
  z.array(z.union([ParticipantIdSchema, Seq])),
  z.array(ParticipantIdSchema),
  z.array(z.string()),
  z.int(),
]);

/** What a sweep of a room found. */
export interface Swept {
  uid: RoomUid | undefined;
  /** Whose grace is over. */
  due: ParticipantId[];
  /** The replicas that hold its participants' connections. */
  replicas: string[];
  participants: number;
}

/** Who is in which room and what they publish. Each change is one atomic step, announced with its number. */
export class RoomState {
  readonly #redis: RedisClient;
  readonly #run: ReturnType<typeof defineScripts>;
  readonly #announce: Announce;

  constructor(redis: RedisClient, announce: Announce) {
    this.#redis = redis;
    this.#run = defineScripts(redis);
    this.#announce = announce;
  }

  /** What is known without a look at everyone; undefined if there is no state for this Room. */
  async peek(room: RoomRef): Promise<{ generation: MediaGeneration; participants: number } | undefined> {
    const [found, participants] = await ask(() =>
      Promise.all([
        this.#redis.hmget(redisKeys.room(room.key), 'uid', 'generation'),
        this.#redis.hlen(redisKeys.participants(room.key)),
      ]),
    );
    const [uid, generation] = found;
    if (uid !== room.uid || !generation) return undefined;
    return { generation: generation as MediaGeneration, participants };
  }

  /** Which Room the state under this name belongs to. */
  async uid(key: RoomKey): Promise<RoomUid | undefined> {
    const uid = await ask(() => this.#redis.hget(redisKeys.room(key), 'uid'));
    return uid ? RoomUid.parse(uid) : undefined;
  }

  async person(key: RoomKey, id: ParticipantId): Promise<Person | undefined> {
    const json = await ask(() => this.#redis.hget(redisKeys.participants(key), id));
    return json ? Person.parse(JSON.parse(json)) : undefined;
  }

  async countParticipants(key: RoomKey): Promise<number> {
    return ask(() => this.#redis.hlen(redisKeys.participants(key)));
  }

  async snapshot(room: RoomRef): Promise<RoomSnapshot | undefined> {
    const [status, raw] = await this.#script('snapshot', room, []);
    return status === 'ok' ? toSnapshot(RawSnapshot.parse(raw)) : undefined;
  }

  /**
   * Replaces the generation of the room's media, and with it all producers. `seen` is the generation that was there
   * before the SFU was asked for `generation`: if it is another by now, nothing is changed (`stale`).
   */
  async setGeneration(
    room: RoomRef,
    seen: MediaGeneration | undefined,
    generation: MediaGeneration,
  ): Promise<'ok' | 'stale' | 'not_placed'> {
    const [status, seq] = await this.#script('setGeneration', room, [seen ?? '', generation]);
    if (status !== 'ok') return status === 'not_placed' ? status : 'stale';
    this.#tell(room, seq, seq => ({ type: 'mediaReset', seq, generation }));
    return 'ok';
  }

  async join(
    room: RoomRef,
    generation: MediaGeneration,
    maxParticipants: number,
    person: NewPerson,
    connection: ConnectionRef,
  ): Promise<
    | { status: 'ok'; snapshot: RoomSnapshot }
    | { status: 'full' }
    | { status: 'stale' }
    | { status: 'not_placed' }
  > {
    // Noted first, so that a crash in between leaves nobody whom no sweep would find.
    await this.keepActive([room.key]);
    const [status, seq, raw] = await this.#script('join', room, [
      generation,
      maxParticipants,
      person.id,
      JSON.stringify(person),
      up(connection),
    ]);
    if (status !== 'ok') return { status: z.enum(['full', 'stale', 'not_placed']).parse(status) };
    const participant = toParticipant(person, true, []);
    this.#tell(room, seq, seq => ({ type: 'participantJoined', seq, participant }), connection.socket);
    return { status: 'ok', snapshot: toSnapshot(RawSnapshot.parse(raw)) };
  }

  /** Takes a participant over to `connection`; undefined if they are no longer there. */
  async resume(
    room: RoomRef,
    id: ParticipantId,
    connection: ConnectionRef,
  ): Promise<{ snapshot: RoomSnapshot; replaced: string | undefined } | undefined> {
    const [status, seq, old, raw] = await this.#script('resume', room, [id, up(connection)]);
    if (status !== 'ok') return undefined;
    this.#tell(room, seq, seq => ({
      type: 'participantConnection',
      seq,
      participantId: id,
      connected: true,
    }));
    const replaced = /^up:[^:]+:(.+)$/.exec(z.string().parse(old))?.[1];
    return { snapshot: toSnapshot(RawSnapshot.parse(raw)), replaced };
  }

  /** Begins the grace of a participant, if `connection` is still theirs. */
  async disconnect(
    room: RoomRef,
    id: ParticipantId,
    connection: ConnectionRef,
    graceMs: number,
  ): Promise<void> {
    const [, seq] = await this.#script('disconnect', room, [id, up(connection), graceMs]);
    this.#tell(room, seq, seq => ({
      type: 'participantConnection',
      seq,
      participantId: id,
      connected: false,
    }));
  }

  /** Removes a participant who has this connection, or whose grace is over. Answers whether it was this call that did. */
  async remove(room: RoomRef, id: ParticipantId, condition: ConnectionRef | 'due'): Promise<boolean> {
    const [, seq] = await this.#script('remove', room, [id, condition === 'due' ? condition : up(condition)]);
    return this.#tell(room, seq, seq => ({ type: 'participantLeft', seq, participantId: id }));
  }

  async addProducer(
    room: RoomRef,
    generation: MediaGeneration,
    participantId: ParticipantId,
    producer: Producer,
  ): Promise<'ok' | 'lost' | 'stale' | 'conflict'> {
    const [status, seq] = await this.#script('addProducer', room, [
      generation,
      participantId,
      producer.id,
      producer.source,
      JSON.stringify({ ...producer, participantId }),
    ]);
    if (status === 'ok')
      this.#tell(room, seq, seq => ({ type: 'producerAdded', seq, participantId, producer }));
    return z.enum(['ok', 'lost', 'stale', 'conflict']).parse(status);
  }

  /** Answers whether the participant has such a producer. */
  async pauseProducer(
    room: RoomRef,
    participantId: ParticipantId,
    producerId: ProducerId,
    paused: boolean,
  ): Promise<boolean> {
    const [status, seq] = await this.#script('pauseProducer', room, [
      participantId,
      producerId,
      paused ? 1 : 0,
    ]);
    if (status !== 'ok') return false;
    this.#tell(room, seq, seq => ({ type: 'producerPaused', seq, participantId, producerId, paused }));
    return true;
  }

  /** Answers false if the producer is another's. */
  async removeProducer(
    room: RoomRef,
    participantId: ParticipantId,
    producerId: ProducerId,
  ): Promise<boolean> {
    const [status, seq] = await this.#script('removeProducer', room, [participantId, producerId]);
    if (status !== 'ok') return false;
    this.#tell(room, seq, seq => ({ type: 'producerRemoved', seq, participantId, producerId }));
    return true;
  }

  /** Removes all that the participant publishes. */
  async clearProducers(room: RoomRef, participantId: ParticipantId): Promise<void> {
    const [, ...pairs] = await this.#script('clearProducers', room, [participantId]);
    for (let i = 0; i < pairs.length; i += 2) {
      const producerId = ProducerIdSchema.parse(pairs[i]);
      this.#tell(room, pairs[i + 1], seq => ({ type: 'producerRemoved', seq, participantId, producerId }));
    }
  }

  /** Which of these producers are in the room. */
  async existingProducers(key: RoomKey, producerIds: ProducerId[]): Promise<Set<ProducerId>> {
    const found = await ask(() => this.#redis.hmget(redisKeys.producers(key), ...producerIds));
    return new Set(producerIds.filter((_, index) => found[index] != null));
  }

  /** Whether these participants are connected as their replica believes: `lost` are not in the state at all. */
  async compareConnections(
    room: RoomRef,
    members: { id: ParticipantId; connection: ConnectionRef }[],
  ): Promise<('same' | 'down' | 'elsewhere' | 'lost')[]> {
    const [uid, found] = await ask(() =>
      Promise.all([
        this.#redis.hget(redisKeys.room(room.key), 'uid'),
        this.#redis.hmget(redisKeys.connections(room.key), ...members.map(({ id }) => id)),
      ]),
    );
    return members.map(({ connection }, index) => {
      const value = found[index];
      if (uid !== room.uid || !value) return 'lost';
      if (value === up(connection)) return 'same';
      return value.startsWith('down:') ? 'down' : 'elsewhere';
    });
  }

  /** Begins the grace of those whose replica is among `dead`, and names those whose grace is over. */
  async sweep(key: RoomKey, graceMs: number, dead: string[]): Promise<Swept> {
    const answer = await ask(() => this.#run('sweep', key, ['', graceMs, ...dead]));
    const [, uid, gone, due, replicas, participants] = SweptAnswer.parse(answer);
    if (!uid) return { uid: undefined, due: [], replicas: [], participants };
    for (let i = 0; i < gone.length; i += 2) {
      const participantId = ParticipantIdSchema.parse(gone[i]);
      this.#tell({ key, uid }, gone[i + 1], seq => ({
        type: 'participantConnection',
        seq,
        participantId,
        connected: false,
      }));
    }
    return { uid, due, replicas, participants };
  }

  /** Says of rooms that there are participants in them, for the sweep to look at. */
  async keepActive(keys: RoomKey[]): Promise<void> {
    if (keys.length === 0) return;
    const now = Date.now();
    await ask(() => this.#redis.zadd(redisKeys.activeRooms, ...keys.flatMap(key => [now, key])));
  }

  /** Forgets the room. */
  async end(room: RoomRef): Promise<void> {
    await this.#script('end', room, []);
  }

  async #script(name: ScriptName, room: RoomRef, args: (string | number)[]): Promise<z.infer<typeof Answer>> {
    return Answer.parse(await ask(() => this.#run(name, room.key, [room.uid, ...args])));
  }

  /** Announces what `seq` numbers, unless it is 0: then nothing changed. */
  #tell(room: RoomRef, seq: unknown, event: (seq: number) => RoomEvent, except?: string): boolean {
    const number = Seq.parse(seq);
    if (number > 0) this.#announce(room.uid, event(number), except);
    return number > 0;
  }
}
