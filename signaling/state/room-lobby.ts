import { type Lobby, LobbyId, type RoomKey, RoomUid, redisKeys } from '@parley/protocol';
import type { RedisClient } from '@parley/redis';
import { z } from 'zod';
import { ask } from './redis.ts';
import type { ConnectionRef, RoomChanges, RoomRef } from './room-changes.ts';

/** Tells those who may let people in who waits; `sockets` are theirs, at whichever replica. */
export type TellHosts = (lobby: Lobby, sockets: string[]) => void;

/** Somebody who has to wait. */
export interface NewWaiter {
  id: LobbyId;
  displayName: string;
  identity?: string | undefined;
  /** SHA-256 of the secret in their ticket, in base64url. */
  ticketHash: string;
  /** Hash of where they are connected from, if that tells them from others. */
  address?: string | undefined;
}

/** What a ticket says: a place in the lobby, and the hash of the secret that proves it. */
export interface Ticket {
  id: LobbyId;
  hash: string;
}

const Waiter = z.object({
  id: LobbyId,
  displayName: z.string(),
  identity: z.string().optional(),
  since: z.number(),
});

/** The scripts' `lobbyNow()`, or nothing where it did not change: number, JSON of those who wait, sockets of those who hear it. */
const RawLobby = z.tuple([z.coerce.number(), z.array(z.string()), z.array(z.string())]).nullable();

const NotWaiting = z.enum([
  'not_placed',
  'turned_away',
  'address_turned_away',
  'banned',
  'address_banned',
  'locked',
  'full',
  'lobby_full',
]);

const EnterAnswer = z.union([
  z.object({
    status: NotWaiting,
  }),
  z.object({ status: z.literal('admitted'), rest: z.tuple([z.unknown(), z.int()]) }),
  z.object({ status: z.literal('waiting'), rest: z.tuple([z.unknown(), LobbyId, z.int()]) }),
]);

const SweptAnswer = z.tuple([
  z.literal('ok'),
  z.unknown(),
  RoomUid.nullable(),
  RawLobby,
  z.array(z.string()),
  z.int(),
]);

/** Where somebody who waits is connected, as it stands in the lobby. */
const at = ({ replica, socket }: ConnectionRef) => `${replica}:${socket}`;

/** Who waits in the lobbies of rooms. Each change is one atomic step, whose outcome those are told who may let people in. */
export class RoomLobby {
  readonly #redis: RedisClient;
  readonly #changes: RoomChanges;
  readonly #tellHosts: TellHosts;

  constructor(redis: RedisClient, changes: RoomChanges, tellHosts: TellHosts) {
    this.#redis = redis;
    this.#changes = changes;
    this.#tellHosts = tellHosts;
  }

  /** Somebody comes who needs to be let in. They wait unless they were let in before or cannot be. */
  async enter(
    room: RoomRef,
    maxParticipants: number,
    waiter: NewWaiter,
    connection: ConnectionRef,
    ticket: Ticket | undefined,
  ): Promise<
    | { status: 'admitted'; byTicket: boolean }
    | { status: z.infer<typeof NotWaiting> }
    | { status: 'waiting'; id: LobbyId; hostPresent: boolean }
  > {
    // Noted first, so that a crash in between leaves nobody whom no sweep would find.
    await ask(() => this.#redis.zadd(redisKeys.lobbies, Date.now(), room.key));
    const json = JSON.stringify({ ...waiter, connection: at(connection) });
    const args = [maxParticipants, ticket?.id ?? '', ticket?.hash ?? '', json];
    const outcome = await this.#changes.run('enterLobby', room, args);
    const answer = EnterAnswer.parse(outcome);
    switch (answer.status) {
      case 'admitted': {
        const [lobby, byTicket] = answer.rest;
        this.tell(lobby);
        return { status: 'admitted', byTicket: byTicket === 1 };
      }
      case 'waiting': {
        const [lobby, id, hosts] = answer.rest;
        this.tell(lobby);
        return { status: 'waiting', id, hostPresent: hosts > 0 };
      }
      default:
        return { status: answer.status };
    }
  }

  /** Somebody does not wait any more, if `connection` is still theirs. */
  async leave(room: RoomRef, id: LobbyId, connection: ConnectionRef): Promise<void> {
    const { rest } = await this.#changes.run('leaveLobby', room, [id, at(connection)]);
    this.tell(rest[0]);
  }

  /**
   * How it stands with those who wait here, as far as their replica knows: `lost` are not in the lobby at all. And whether somebody is
   * there who can let them in.
   */
  async compare(
    room: RoomRef,
    waiters: { id: LobbyId; identity: string | undefined; connection: ConnectionRef }[],
  ): Promise<{
    found: ('same' | 'elsewhere' | 'admitted' | 'turned_away' | 'lost')[];
    hostPresent: boolean;
  }> {
    const args = waiters.flatMap(({ id, identity }) => [
      id,
      identity === undefined ? `lobby:${id}` : `identity:${identity}`,
    ]);
    const { status, rest } = await this.#changes.run('compareLobby', room, args);
    if (status !== 'ok') return { found: waiters.map(() => 'lost'), hostPresent: false };
    const [found, hosts] = z.tuple([z.array(z.string()), z.int()]).parse(rest);
    return {
      found: waiters.map(({ connection }, index) => {
        const value = found[index] ?? '';
        if (value === '') return 'lost';
        if (value.startsWith('in:')) return 'admitted';
        if (value.startsWith('out:')) return 'turned_away';
        return value === at(connection) ? 'same' : 'elsewhere';
      }),
      hostPresent: hosts > 0,
    };
  }

  /** Those go whose replica is among `dead`. Answers the replicas of the others, and how many these are. */
  async sweep(key: RoomKey, dead: string[]): Promise<{ replicas: string[]; waiting: number }> {
    const answer = await this.#changes.runRaw('sweepLobby', key, ['', ...dead]);
    const [, , , lobby, replicas, waiting] = SweptAnswer.parse(answer);
    this.tell(lobby);
    return { replicas, waiting };
  }

  /** Says who waits to those who may let people in. `raw` is of a script; nothing if the lobby did not change. */
  tell(raw: unknown): void {
    const parsed = RawLobby.optional().parse(raw);
    if (parsed && parsed[2].length > 0) this.#tellHosts(toLobby(parsed), parsed[2]);
  }
}

/** The lobby as its hosts see it. @throws ZodError if it is none */
export function readLobby(raw: unknown): Lobby {
  return toLobby(RawLobby.unwrap().parse(raw));
}

function toLobby([seq, waiting]: NonNullable<z.infer<typeof RawLobby>>): Lobby {
  const found = waiting.map(json => Waiter.parse(JSON.parse(json)));
  return {
    seq,
    waiting: found
      .toSorted((one, other) => one.since - other.since || (one.id < other.id ? -1 : 1))
      .map(({ id, displayName, identity, since }) => ({
        id,
        displayName,
        ...(identity !== undefined && { identity }),
        since: new Date(since).toISOString(),
      })),
  };
}
