import {
  type LogPosition,
  MediaGeneration,
  type Missed,
  type ParticipantId,
  ParticipantId as ParticipantIdSchema,
  type Producer,
  type ProducerId,
  RoomEvent,
  type RoomKey,
  type RoomSnapshot,
  RoomUid,
  redisKeys,
} from '@parley/protocol';
import type { RedisClient } from '@parley/redis';
import { z } from 'zod';
import { ask } from './redis.ts';
import { RoomModeration } from './room-moderation.ts';
import { defineScripts, type ScriptName } from './scripts.ts';
import { type NewPerson, OwnedProducer, Person, RawSnapshot, toParticipant, toSnapshot } from './snapshot.ts';

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

/** What every script answers: how it went, the events of what it changed, and more. */
const Answer = z.tuple([z.string(), z.array(z.string()).optional()], z.unknown());
const RawMissed = z.union([
  z.tuple([z.literal('events'), z.array(z.string())]),
  z.tuple([z.literal('snapshot'), RawSnapshot]),
]);
const SweptAnswer = z.tuple([
  z.literal('ok'),
  z.array(z.string()),
  RoomUid.nullable(),
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

/** Who is in which room and what they publish. Each change is one atomic step that also writes the event which is announced. */
export class RoomState {
  readonly #redis: RedisClient;
  readonly #run: ReturnType<typeof defineScripts>;
  readonly #announce: Announce;
  readonly #hasReceivers: boolean;
  readonly moderation: RoomModeration;

  /** `receivers` are those of webhooks, by the names of their outboxes. */
  constructor(redis: RedisClient, announce: Announce, receivers: readonly string[] = []) {
    this.#redis = redis;
    this.#run = defineScripts(redis, receivers);
    this.#announce = announce;
    this.#hasReceivers = receivers.length > 0;
    this.moderation = new RoomModeration(redis, (name, room, args) => this.#script(name, room, args));
  }

  /** What is known without a look at everyone; undefined if there is no state for this Room. */
  async peek(
    room: RoomRef,
  ): Promise<{ generation: MediaGeneration; participants: number; locked: boolean } | undefined> {
    const [found, participants] = await ask(() =>
      Promise.all([
        this.#redis.hmget(redisKeys.room(room.key), 'uid', 'generation', 'locked'),
        this.#redis.hlen(redisKeys.participants(room.key)),
      ]),
    );
    const [uid, generation, locked] = found;
    if (uid !== room.uid || !generation) return undefined;
    return { generation: generation as MediaGeneration, participants, locked: locked === '1' };
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
    const { status, rest } = await this.#script('missed', room, ['', '']);
    if (status !== 'ok') return undefined;
    return toSnapshot(z.tuple([z.literal('snapshot'), RawSnapshot]).parse(rest[0])[1]);
  }

  /** The last change of the room; undefined if there is none that is known and can be read. */
  async newest({ key }: RoomRef): Promise<RoomEvent | undefined> {
    const [entry] = await ask(() => this.#redis.xrevrange(redisKeys.log(key), '+', '-', 'COUNT', 1));
    const json = entry?.[1][1];
    return json ? RoomEvent.safeParse(JSON.parse(json)).data : undefined;
  }

  /** What somebody missed who knows the state as of `since`; undefined if there is no state for this Room. */
  async missed(room: RoomRef, since: LogPosition | undefined): Promise<Missed | undefined> {
    const { status, rest } = await this.#script('missed', room, placeOf(since));
    return status === 'ok' ? this.#toMissed(room, rest[0]) : undefined;
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
    if (seen === undefined) await this.#markOutboxes(room.key);
    const { status } = await this.#script('setGeneration', room, [seen ?? '', generation]);
    return z.enum(['ok', 'stale', 'not_placed']).parse(status);
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
    | { status: 'locked' }
    | { status: 'stale' }
    | { status: 'not_placed' }
  > {
    // Noted first, so that a crash in between leaves nobody whom no sweep would find.
    await Promise.all([this.keepActive([room.key]), this.#markOutboxes(room.key)]);
    const args = [
      generation,
      maxParticipants,
      person.id,
      JSON.stringify(person),
      up(connection),
      JSON.stringify(toParticipant(person, true, [])),
    ];
    const { status, rest } = await this.#script('join', room, args, connection.socket);
    if (status !== 'ok') return { status: z.enum(['full', 'locked', 'stale', 'not_placed']).parse(status) };
    return { status: 'ok', snapshot: toSnapshot(RawSnapshot.parse(rest[0])) };
  }

  /** Takes a participant over to `connection`; undefined if they are no longer there. `since` is what they still know. */
  async resume(
    room: RoomRef,
    id: ParticipantId,
    connection: ConnectionRef,
    since?: LogPosition,
  ): Promise<{ missed: Missed; generation: MediaGeneration; replaced: string | undefined } | undefined> {
    const { status, rest } = await this.#script('resume', room, [id, up(connection), ...placeOf(since)]);
    if (status !== 'ok') return undefined;
    const [old, generation, raw] = rest;
    const missed = await this.#toMissed(room, raw);
    return (
      missed && {
        missed,
        generation: MediaGeneration.parse(generation),
        replaced: /^up:[^:]+:(.+)$/.exec(z.string().parse(old))?.[1],
      }
    );
  }

  /** Begins the grace of a participant, if `connection` is still theirs. */
  async disconnect(
    room: RoomRef,
    id: ParticipantId,
    connection: ConnectionRef,
    graceMs: number,
  ): Promise<void> {
    await this.#script('disconnect', room, [id, up(connection), graceMs]);
  }

  /** Removes a participant who has this connection, or whose grace is over. Answers whether it was this call that did. */
  async remove(room: RoomRef, id: ParticipantId, condition: ConnectionRef | 'due'): Promise<boolean> {
    await this.#markOutboxes(room.key);
    const { changed } = await this.#script('remove', room, [
      id,
      condition === 'due' ? condition : up(condition),
    ]);
    return changed;
  }

  async addProducer(
    room: RoomRef,
    generation: MediaGeneration,
    participantId: ParticipantId,
    producer: Producer,
  ): Promise<'ok' | 'lost' | 'stale' | 'forbidden' | 'conflict'> {
    const { id, source } = producer;
    const args = [generation, participantId, id, source, JSON.stringify(producer)];
    const { status } = await this.#script('addProducer', room, args);
    return z.enum(['ok', 'lost', 'stale', 'forbidden', 'conflict']).parse(status);
  }

  /** Answers whether the participant has such a producer. */
  async pauseProducer(
    room: RoomRef,
    participantId: ParticipantId,
    producerId: ProducerId,
    paused: boolean,
  ): Promise<boolean> {
    const args = [participantId, producerId, paused ? 1 : 0];
    return (await this.#script('pauseProducer', room, args)).status === 'ok';
  }

  /** Whether the producer is paused; undefined if there is none. */
  async isPaused(key: RoomKey, producerId: ProducerId): Promise<boolean | undefined> {
    const json = await ask(() => this.#redis.hget(redisKeys.producers(key), producerId));
    return json ? OwnedProducer.parse(JSON.parse(json)).paused : undefined;
  }

  /** Answers false if the producer is another's. */
  async removeProducer(
    room: RoomRef,
    participantId: ParticipantId,
    producerId: ProducerId,
  ): Promise<boolean> {
    return (await this.#script('removeProducer', room, [participantId, producerId])).status === 'ok';
  }

  /** Removes all that the participant publishes. */
  async clearProducers(room: RoomRef, participantId: ParticipantId): Promise<void> {
    await this.#script('clearProducers', room, [participantId]);
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
    const [, changes, uid, due, replicas, participants] = SweptAnswer.parse(answer);
    if (!uid) return { uid: undefined, due: [], replicas: [], participants };
    this.#tell(uid, changes);
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
    await this.#markOutboxes(room.key);
    await this.#script('end', room, []);
  }

  /** Says that something may be written to the room's outboxes now. Before it is, so that a crash in between loses nothing. */
  async #markOutboxes(key: RoomKey): Promise<void> {
    if (this.#hasReceivers) await ask(() => this.#redis.zadd(redisKeys.outboxes, Date.now(), key));
  }

  /** Runs a script and announces what it changed, but to the socket `except`. */
  async #script(name: ScriptName, room: RoomRef, args: (string | number)[], except?: string) {
    const answer = await ask(() => this.#run(name, room.key, [room.uid, ...args]));
    const [status, changes = [], ...rest] = Answer.parse(answer);
    this.#tell(room.uid, changes, except);
    return { status, changed: changes.length > 0, rest };
  }

  #tell(uid: RoomUid, changes: string[], except?: string): void {
    for (const json of changes) this.#announce(uid, RoomEvent.parse(JSON.parse(json)), except);
  }

  /** Events that a later version of signaling wrote, and this one cannot read, are answered with the whole state. */
  async #toMissed(room: RoomRef, raw: unknown): Promise<Missed | undefined> {
    const [kind, value] = RawMissed.parse(raw);
    if (kind === 'snapshot') return { snapshot: toSnapshot(value) };
    const events = z.array(RoomEvent).safeParse(value.map(json => JSON.parse(json)));
    if (events.success) return { events: events.data };
    const snapshot = await this.snapshot(room);
    return snapshot && { snapshot };
  }
}

const placeOf = (since: LogPosition | undefined) => [since?.seq ?? '', since?.at ?? ''];
