import {
  type Carrier,
  type LogPosition,
  MediaGeneration,
  type Missed,
  type ParticipantId,
  RoomEvent,
  type RoomKey,
  type RoomSnapshot,
  RoomUid,
  redisKeys,
  type SfuPlace,
} from '@parley/protocol';
import type { RedisClient } from '@parley/redis';
import { z } from 'zod';
import { ask, redisSpan } from './redis.ts';
import { RoomBans, ShutOut } from './room-bans.ts';
import { RoomBranches } from './room-branches.ts';
import { type Announce, type ConnectionRef, RoomChanges, type RoomRef } from './room-changes.ts';
import { RoomConnections, up } from './room-connections.ts';
import { RoomInteraction } from './room-interaction.ts';
import { RoomLobby, type TellHosts } from './room-lobby.ts';
import { RoomModeration } from './room-moderation.ts';
import { type MediaPlaces, type MoveFrom, RoomMoves, readPlaces } from './room-moves.ts';
import { RoomOutstanding } from './room-outstanding.ts';
import { RoomProducers } from './room-producers.ts';
import { type NewPerson, Person, RawSnapshot, toParticipant, toSnapshot } from './snapshot.ts';

export type { Announce, ConnectionRef, RoomRef, TellHosts };

const RawMissed = z.union([
  z.tuple([z.literal('events'), z.array(z.string())]),
  z.tuple([z.literal('snapshot'), RawSnapshot]),
]);

const NotIn = z.enum(['full', 'locked', 'stale', 'not_placed', ...ShutOut.options]);
const ResumedMedia = z.tuple([MediaGeneration, z.string(), z.string(), z.string(), z.string()]);

/** Who is in which room and what they publish. Each change is one atomic step that also writes the event which is announced. */
export class RoomState {
  readonly #redis: RedisClient;
  readonly #changes: RoomChanges;
  readonly producers: RoomProducers;
  readonly connections: RoomConnections;
  readonly moderation: RoomModeration;
  readonly bans: RoomBans;
  readonly interaction: RoomInteraction;
  readonly lobby: RoomLobby;
  readonly moves: RoomMoves;
  readonly branches: RoomBranches;
  readonly outstanding: RoomOutstanding;

  /** `receivers` are those of webhooks, by the names of their outboxes. */
  constructor(
    redis: RedisClient,
    announce: Announce,
    receivers: readonly string[] = [],
    tellHosts: TellHosts = () => {},
  ) {
    this.#redis = redis;
    this.#changes = new RoomChanges(redis, announce, receivers);
    this.producers = new RoomProducers(redis, this.#changes);
    this.connections = new RoomConnections(redis, this.#changes);
    this.lobby = new RoomLobby(redis, this.#changes, tellHosts);
    this.moderation = new RoomModeration(redis, this.#changes, this.lobby);
    this.bans = new RoomBans(redis, this.#changes, this.lobby);
    this.interaction = new RoomInteraction(this.#changes);
    this.moves = new RoomMoves(redis, this.#changes);
    this.branches = new RoomBranches(this.#changes);
    this.outstanding = new RoomOutstanding(redis, this.#changes);
  }

  /** What is known without a look at everyone; undefined if there is no state for this Room. */
  async peek(
    room: RoomRef,
  ): Promise<{ generation: MediaGeneration; participants: number; locked: boolean } | undefined> {
    const [found, participants] = await ask(() =>
      redisSpan('peek', () =>
        Promise.all([
          this.#redis.hmget(redisKeys.room(room.key), 'uid', 'generation', 'locked'),
          this.#redis.hlen(redisKeys.participants(room.key)),
        ]),
      ),
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
    const json = await ask(() =>
      redisSpan('person', () => this.#redis.hget(redisKeys.participants(key), id)),
    );
    return json ? Person.parse(JSON.parse(json)) : undefined;
  }

  async countParticipants(key: RoomKey): Promise<number> {
    return ask(() => this.#redis.hlen(redisKeys.participants(key)));
  }

  async snapshot(room: RoomRef): Promise<RoomSnapshot | undefined> {
    const { status, rest } = await this.#changes.run('missed', room, ['', '']);
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
    const { status, rest } = await this.#changes.run('missed', room, placeOf(since));
    return status === 'ok' ? this.#toMissed(room, rest[0]) : undefined;
  }

  /**
   * Replaces the generation of the room's media. `seen` is the media that was there before the SFU was asked for `generation`, that of the
   * main SFU first: if it is another by now, nothing is changed (`stale`). With `move`, the producers of that media stay until the move ends, all others go;
   * without, or if nobody is there who could move, all go (`ok`).
   */
  async setGeneration(
    room: RoomRef,
    seen: MediaGeneration | readonly MediaGeneration[] | undefined,
    generation: MediaGeneration,
    sfu?: SfuPlace,
    move?: MoveFrom,
  ): Promise<'ok' | 'moved' | 'stale' | 'not_placed'> {
    if (seen === undefined) await this.#changes.markOutboxes(room.key);
    const carrier = sfu ? JSON.stringify({ generation, sfu } satisfies Carrier) : '';
    const from = move ? [move.from.generation, JSON.stringify(move.from.sfu), move.deadlineMs] : ['', '', ''];
    const args = [[seen ?? []].flat().join(), generation, carrier, ...from];
    const { status, rest } = await this.#changes.run('setGeneration', room, args);
    return z.enum(['ok', 'moved', 'stale', 'not_placed']).parse(rest[0] ?? status);
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
    | { status: ShutOut }
    | { status: 'stale' }
    | { status: 'not_placed' }
  > {
    // Noted first, so that a crash in between leaves nobody whom no sweep would find.
    await Promise.all([this.connections.keepActive([room.key]), this.#changes.markOutboxes(room.key)]);
    const args = [
      generation,
      maxParticipants,
      person.id,
      JSON.stringify(person),
      up(connection),
      JSON.stringify(toParticipant(person, true, [])),
    ];
    const { status, rest } = await this.#changes.run('join', room, args, connection.socket);
    if (status !== 'ok') return { status: NotIn.parse(status) };
    return { status: 'ok', snapshot: toSnapshot(RawSnapshot.parse(rest[0])) };
  }

  /** Takes a participant over to `connection`; undefined if they are no longer there. `since` is what they still know. */
  async resume(
    room: RoomRef,
    id: ParticipantId,
    connection: ConnectionRef,
    since?: LogPosition,
  ): Promise<
    | {
        missed: Missed;
        media: MediaPlaces;
        /** Which media they were given last, where that is known not to be the main one. */
        link: MediaGeneration | undefined;
        replaced: string | undefined;
      }
    | undefined
  > {
    const { status, rest } = await this.#changes.run('resume', room, [id, up(connection), ...placeOf(since)]);
    if (status !== 'ok') return undefined;
    const [old, raw, ...places] = rest;
    const [generation, carrier, former, branches, link] = ResumedMedia.parse(places);
    const missed = await this.#toMissed(room, raw);
    return (
      missed && {
        missed,
        media: readPlaces(generation, carrier, former, branches),
        link: link === '' ? undefined : MediaGeneration.parse(link),
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
    await this.#changes.run('disconnect', room, [id, up(connection), graceMs]);
  }

  /** Removes a participant who has this connection, or whose grace is over. Answers whether it was this call that did. */
  async remove(room: RoomRef, id: ParticipantId, condition: ConnectionRef | 'due'): Promise<boolean> {
    await this.#changes.markOutboxes(room.key);
    const { changed } = await this.#changes.run('remove', room, [
      id,
      condition === 'due' ? condition : up(condition),
    ]);
    return changed;
  }

  /** Forgets the room. */
  async end(room: RoomRef): Promise<void> {
    await this.#changes.markOutboxes(room.key);
    await this.#changes.run('end', room, []);
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
