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
import { type Asking, type Moderated, runModeration } from './moderated.ts';
import { ask } from './redis.ts';
import type { RoomChanges, RoomRef } from './room-changes.ts';
import { type RoomLobby, readLobby } from './room-lobby.ts';
import type { ScriptName } from './scripts.ts';

const SentAway = z.enum(['removed', 'banned', 'room_ended']);

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
  mute(room: RoomRef, by: Asking, id: ParticipantId, sources: MediaSource[]): Promise<Moderated<unknown>> {
    return this.#ask('mute', room, by, [id, ...sources], z.unknown());
  }

  /** Takes a participant's screen and its sound out of the room. To close them is outstanding then. */
  stopShare(room: RoomRef, by: Asking, id: ParticipantId): Promise<Moderated<unknown>> {
    return this.#ask('stopShare', room, by, [id], z.unknown());
  }

  /**
   * Ends the grace of a participant for good: they cannot resume, and are removed by whoever finds them, should the caller not live to
   * do it. Answers with their socket, if they have one.
   */
  expel(room: RoomRef, by: Asking, id: ParticipantId): Promise<Moderated<string>> {
    return this.#ask('expel', room, by, [id], z.string());
  }

  /** Gives a role and its rights. To close what they may not publish any more is outstanding then. */
  async setRole(room: RoomRef, by: Asking, id: ParticipantId, role: Role): Promise<Moderated<unknown>> {
    const rights = rightsOfRole[role];
    const outcome = await this.#ask('setRole', room, by, [id, role, JSON.stringify(rights)], z.unknown());
    if (outcome.status === 'ok' && rights.moderate) await this.repeatLobby(room);
    return outcome;
  }

  /** Nobody waits in a locked room's lobby. */
  async lock(room: RoomRef, by: Asking, locked: boolean): Promise<Moderated<unknown>> {
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
  ): Promise<Moderated<string[]>> {
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
  endMeeting(room: RoomRef, by: Asking): Promise<Moderated<ParticipantId[]>> {
    return this.#ask('endMeeting', room, by, [], z.array(ParticipantId));
  }

  /** Why a participant may not come back, if they were sent away. */
  async sentAway(key: RoomKey, id: ParticipantId): Promise<z.infer<typeof SentAway> | undefined> {
    const why = await ask(() => this.#redis.hget(redisKeys.sentAway(key), id));
    return why ? SentAway.parse(why) : undefined;
  }

  #ask<T>(
    name: ScriptName,
    room: RoomRef,
    by: Asking,
    args: (string | number)[],
    value: z.ZodType<T>,
  ): Promise<Moderated<T>> {
    return runModeration(this.#changes, name, room, by, args, value);
  }
}
