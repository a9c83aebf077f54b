import {
  Carrier,
  FormerMedia,
  type MediaGeneration,
  type MediaLossId,
  type ParticipantId,
  Placement,
  type ReadyPlacement,
  redisKeys,
  type SfuPlace,
  SfuRegistration,
} from '@parley/protocol';
import type { RedisClient } from '@parley/redis';
import { z } from 'zod';
import { ask } from './redis.ts';
import type { RoomChanges, RoomRef } from './room-changes.ts';

/** Which media a room has, and on which SFUs. */
export interface MediaPlaces {
  generation: MediaGeneration;
  /** Where `generation` is; undefined if a replica of the version before wrote it. */
  sfu: SfuPlace | undefined;
  /** What the room moves from. */
  former: FormerMedia | undefined;
}

/** What media a room moves from, and how long that may take. */
export interface MoveFrom {
  from: Carrier;
  deadlineMs: number;
}

/** Somebody's media that is gone, and the name of that loss. */
export interface LostMedia {
  participant: ParticipantId;
  loss: MediaLossId;
}

/** How a move ended. */
export interface EndedMove {
  ms: number;
  /** How many had not finished. */
  late: number;
}

/** What a script says of the media that a room moves from. */
export function readFormer(json: string | null | undefined): FormerMedia | undefined {
  return json ? FormerMedia.parse(JSON.parse(json)) : undefined;
}

/** What stands in Redis of a room's media. */
export function readPlaces(
  generation: MediaGeneration,
  carrier: string | null | undefined,
  former: string | null | undefined,
): MediaPlaces {
  const carried = carrier ? Carrier.parse(JSON.parse(carrier)) : undefined;
  const sfu = carried?.generation === generation ? carried.sfu : undefined;
  return { generation, sfu, former: readFormer(former) };
}

/** The media of rooms, which a room has twice while it moves from one SFU to another. */
export class RoomMoves {
  readonly #redis: RedisClient;
  readonly #changes: RoomChanges;

  constructor(redis: RedisClient, changes: RoomChanges) {
    this.#redis = redis;
    this.#changes = changes;
  }

  /** Where the room's media is; undefined if there is no state for this Room. */
  async places({ key, uid }: RoomRef): Promise<MediaPlaces | undefined> {
    const [owner, generation, carrier, former] = await ask(() =>
      this.#redis.hmget(redisKeys.room(key), 'uid', 'generation', 'carrier', 'former'),
    );
    if (owner !== uid || !generation) return undefined;
    return readPlaces(generation as MediaGeneration, carrier, former);
  }

  /** Whether this is still where the room is placed. */
  async isPlaced({ key, uid, sfu }: ReadyPlacement): Promise<boolean> {
    const json = await ask(() => this.#redis.get(redisKeys.placement(key)));
    const now = json === null ? undefined : Placement.parse(JSON.parse(json));
    return now?.state === 'ready' && now.uid === uid && now.sfu.instance === sfu.instance;
  }

  /** Notes that `generation`, if it is still the room's, is where the room is placed. */
  async setCarrier(placement: ReadyPlacement, generation: MediaGeneration): Promise<void> {
    const { sfu } = placement;
    const carrier = JSON.stringify({ generation, sfu } satisfies Carrier);
    await this.#changes.run('setCarrier', placement, [generation, carrier]);
  }

  /** Whether an SFU said of late that it is there. */
  async isRegistered({ pod, instance }: SfuPlace): Promise<boolean> {
    const json = await ask(() => this.#redis.get(redisKeys.sfu(pod)));
    return json !== null && SfuRegistration.safeParse(JSON.parse(json)).data?.instance === instance;
  }

  /**
   * Notes that a participant needs nothing but `generation` any more. Answers with what the room moves from if nobody needs that any
   * more; its move is the caller's to end. `stale`: the room's media is another by now.
   */
  async finish(
    room: RoomRef,
    id: ParticipantId,
    generation: MediaGeneration,
  ): Promise<{ status: 'ok'; due: FormerMedia | undefined } | { status: 'lost' | 'stale' }> {
    const { status, rest } = await this.#changes.run('finishMove', room, [id, generation]);
    if (status !== 'ok') return { status: z.enum(['lost', 'stale']).parse(status) };
    return { status: 'ok', due: readFormer(z.string().parse(rest[0])) };
  }

  /** Notes who lost what they had of the room's media while it lives on. Saying it again changes nothing. */
  async lose(room: RoomRef, generation: MediaGeneration, lost: readonly LostMedia[]): Promise<void> {
    const args = lost.flatMap(({ participant, loss }) => [participant, loss]);
    await this.#changes.run('loseMedia', room, [generation, ...args]);
  }

  /** Ends a move, or `due`: unless somebody still has time to finish it. Undefined if this call did not do it. */
  async end(room: RoomRef, former: MediaGeneration, when: 'now' | 'due'): Promise<EndedMove | undefined> {
    const { changed, rest } = await this.#changes.run('endMove', room, [former, when]);
    if (!changed) return undefined;
    const [ms, late] = z.tuple([z.number(), z.int()]).parse(rest);
    return { ms, late };
  }
}
