import { Ban, type BanId, ParticipantId, redisKeys } from '@parley/protocol';
import type { RedisClient } from '@parley/redis';
import { z } from 'zod';
import { type Asking, type Moderated, runModeration } from './moderated.ts';
import { ask, redisSpan } from './redis.ts';
import type { RoomChanges, RoomRef } from './room-changes.ts';
import type { RoomLobby } from './room-lobby.ts';

/** Why somebody is not let in: they are known, or somebody was shut out who has the same address. */
export const ShutOut = z.enum(['banned', 'address_banned']);
export type ShutOut = z.infer<typeof ShutOut>;

/** Who is shut out: everybody of their identity, who comes with their place in the lobby and, without an identity, from their address. */
export class RoomBans {
  readonly #redis: RedisClient;
  readonly #changes: RoomChanges;
  readonly #lobby: RoomLobby;

  constructor(redis: RedisClient, changes: RoomChanges, lobby: RoomLobby) {
    this.#redis = redis;
    this.#changes = changes;
    this.#lobby = lobby;
  }

  /**
   * Shuts a participant out, as `RoomModeration.expel` does with all of their identity, and ends that they wait in the lobby. Answers with who
   * is to be removed, and with the sockets of all whose stay ends.
   */
  async ban(
    room: RoomRef,
    by: Asking,
    id: ParticipantId,
    banId: BanId,
  ): Promise<Moderated<{ going: ParticipantId[]; sockets: string[] }>> {
    const banned = z.tuple([z.unknown(), z.array(ParticipantId), z.array(z.string())]);
    const outcome = await runModeration(this.#changes, 'ban', room, by, [id, banId], banned);
    if (outcome.status !== 'ok') return outcome;
    const [lobby, going, sockets] = outcome.value;
    this.#lobby.tell(lobby);
    return { status: 'ok', value: { going, sockets } };
  }

  /** Lifts a ban, if it is there. */
  unban(room: RoomRef, by: Asking, id: BanId): Promise<Moderated<unknown>> {
    return runModeration(this.#changes, 'unban', room, by, [id], z.unknown());
  }

  /** Who is shut out, the latest first. */
  async list(room: RoomRef, by: Asking): Promise<Moderated<Ban[]>> {
    const outcome = await runModeration(this.#changes, 'showBans', room, by, [], z.array(z.string()));
    if (outcome.status !== 'ok') return outcome;
    const bans = outcome.value.map(json => Ban.parse(JSON.parse(json)));
    return { status: 'ok', value: bans.toSorted((one, other) => other.at - one.at) };
  }

  /** A first look before all that joining takes; the scripts that let people in look themselves. */
  async find(
    room: RoomRef,
    { identity, address }: { identity?: string | undefined; address?: string | undefined },
  ): Promise<ShutOut | undefined> {
    const field = identity === undefined ? address && `address:${address}` : `identity:${identity}`;
    if (!field) return undefined;
    const [uid, found] = await ask(() =>
      redisSpan('findBan', () =>
        Promise.all([
          this.#redis.hget(redisKeys.room(room.key), 'uid'),
          this.#redis.hexists(redisKeys.bans(room.key), field),
        ]),
      ),
    );
    if (uid !== room.uid || !found) return undefined;
    return identity === undefined ? 'address_banned' : 'banned';
  }
}
