import {
  type Lobby,
  type LobbyId,
  type MediaSource,
  ParticipantId,
  type Role,
  type RoomKey,
  redisKeys,
  rightsOfRole,
} from '@parley/protocol';
import type { RedisClient } from '@parley/redis';
import { z } from 'zod';
import { ask } from './redis.ts';
import type { RoomChanges, RoomRef } from './room-changes.ts';
import { type RoomLobby, readLobby } from './room-lobby.ts';
import type { ScriptName } from './scripts.ts';

/** Who asks: a participant, whose rights count, or an application with a key of the REST API, which may do everything. */
export type Asking = ParticipantId | 'application';

/** Why nothing was changed. */
const Refused = z.enum(['lost', 'forbidden', 'not_found', 'owner', 'self']);
export type ModerationRefused = z.infer<typeof Refused>;

type Outcome<T> = { status: 'ok'; value: T } | { status: ModerationRefused };

/** What moderators do to a room's state. Who may is decided in the same atomic step. */
export class RoomModeration {
  readonly #redis: RedisClient;
  readonly #changes: RoomChanges;
  readonly #lobby: RoomLobby;

  constructor(redis: RedisClient, changes: RoomChanges, lobby: RoomLobby) {
    this.#redis = redis;
    this.#changes = changes;
    this.#lobby = lobby;
  }

  /** Pauses what a participant publishes of these sources. To tell their SFU is outstanding then. */
  mute(room: RoomRef, by: Asking, id: ParticipantId, sources: MediaSource[]): Promise<Outcome<unknown>> {
    return this.#ask('mute', room, by, [id, ...sources], z.unknown());
  }

  /**
   * Ends the grace of a participant for good: they cannot resume, and are removed by whoever finds them, should the caller not live to
   * do it. Answers with their socket, if they have one.
   */
  expel(room: RoomRef, by: Asking, id: ParticipantId): Promise<Outcome<string>> {
    return this.#ask('expel', room, by, [id], z.string());
  }

  /** Gives a role and its rights. To close what they may not publish any more is outstanding then. */
  async setRole(room: RoomRef, by: Asking, id: ParticipantId, role: Role): Promise<Outcome<unknown>> {
    const rights = rightsOfRole[role];
    const outcome = await this.#ask('setRole', room, by, [id, role, JSON.stringify(rights)], z.unknown());
    if (outcome.status === 'ok' && rights.moderate) await this.repeatLobby(room);
    return outcome;
  }

  /** Nobody waits in a locked room's lobby. */
  async lock(room: RoomRef, by: Asking, locked: boolean): Promise<Outcome<unknown>> {
    const outcome = await this.#ask('lock', room, by, [locked ? 1 : 0], z.unknown());
    if (outcome.status === 'ok') this.#lobby.tell(outcome.value);
    return outcome;
  }

  /** Lets people in who wait, or turns them away for a while. Answers with the sockets of those who still waited. */
  async decideLobby(
    room: RoomRef,
    by: Asking,
    decision: 'in' | { outMs: number },
    ids: LobbyId[],
  ): Promise<Outcome<string[]>> {
    const args = decision === 'in' ? ['in', 0] : ['out', decision.outMs];
    const decided = z.tuple([z.unknown(), z.array(z.string())]);
    const outcome = await this.#ask('decideLobby', room, by, [...args, ...ids], decided);
    if (outcome.status !== 'ok') return outcome;
    const [lobby, sockets] = outcome.value;
    this.#lobby.tell(lobby);
    return { status: 'ok', value: sockets };
  }

  /** Tells those who may let people in once more who waits. */
  async repeatLobby(room: RoomRef): Promise<void> {
    const outcome = await this.#ask('showLobby', room, 'application', [], z.unknown());
    if (outcome.status === 'ok') this.#lobby.tell(outcome.value);
  }

  /** Who waits; undefined for those who may not let people in. */
  async showLobby(room: RoomRef, by: Asking): Promise<Lobby | undefined> {
    const outcome = await this.#ask('showLobby', room, by, [], z.unknown());
    return outcome.status === 'ok' ? readLobby(outcome.value) : undefined;
  }

  /** Like `expel`, of everybody. Answers with who that is. */
  endMeeting(room: RoomRef, by: Asking): Promise<Outcome<ParticipantId[]>> {
    return this.#ask('endMeeting', room, by, [], z.array(ParticipantId));
  }

  /** Why a participant may not come back, if they were sent away. */
  async sentAway(key: RoomKey, id: ParticipantId): Promise<'removed' | 'room_ended' | undefined> {
    const why = await ask(() => this.#redis.hget(redisKeys.sentAway(key), id));
    return why ? z.enum(['removed', 'room_ended']).parse(why) : undefined;
  }

  async #ask<T>(
    name: ScriptName,
    room: RoomRef,
    by: Asking,
    args: (string | number)[],
    value: z.ZodType<T>,
  ): Promise<Outcome<T>> {
    const asks = by === 'application' ? '' : by;
    const { status, rest } = await this.#changes.run(name, room, [asks, ...args]);
    if (status !== 'ok') return { status: Refused.parse(status) };
    return { status: 'ok', value: value.parse(rest[0]) };
  }
}
