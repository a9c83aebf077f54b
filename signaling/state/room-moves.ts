import {
  Branches,
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
import { ask, redisSpan } from './redis.ts';
import type { RoomChanges, RoomRef } from './room-changes.ts';

/** Which media a room has, and on which SFUs. */
export interface MediaPlaces {
  generation: MediaGeneration;
  /** Where `generation` is; undefined if a replica of the version before wrote it. */
  sfu: SfuPlace | undefined;
  /** What further SFUs carry. */
  branches: readonly Carrier[];
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
  branches: string | null | undefined,
): MediaPlaces {
  const carried = carrier ? Carrier.parse(JSON.parse(carrier)) : undefined;
  const sfu = carried?.generation === generation ? carried.sfu : undefined;
  return {
    generation,
    sfu,
    branches: branches ? Branches.parse(JSON.parse(branches)) : [],
    former: readFormer(former),
  };
}

/** All media of a room that does not go, where it is known who carries it; that of the main SFU first. */
export function carriersOf({ generation, sfu, branches }: MediaPlaces): Carrier[] {
  return [...(sfu ? [{ generation, sfu }] : []), ...branches];
}

/** Who carries this media of a room, be it to stay or to go. */
export function carrierOf(places: MediaPlaces, generation: MediaGeneration): Carrier | undefined {
  const { former } = places;
  return [...carriersOf(places), ...(former ? [former] : [])].find(one => one.generation === generation);
}

/** Whether a room has this media, and not to go. */
export function hasMedia({ generation, branches }: MediaPlaces, wanted: MediaGeneration): boolean {
  return wanted === generation || branches.some(branch => branch.generation === wanted);
}

/** All SFUs where a room is placed, the main one first. */
export function placedOn({ sfu, further }: ReadyPlacement): SfuPlace[] {
  return [sfu, ...further];
}

/** Where a room is placed, as one word that can be compared. */
export function instancesOf(placement: ReadyPlacement): string {
  return placedOn(placement)
    .map(({ instance }) => instance)
    .join();
}

/** Whether all media of a room is on SFUs where it is placed. */
export function isWherePlaced(places: MediaPlaces, placement: ReadyPlacement): boolean {
  const instances = placedOn(placement).map(({ instance }) => instance);
  return places.sfu !== undefined && carriersOf(places).every(({ sfu }) => instances.includes(sfu.instance));
}

/** The room's media as the scripts compare it: whether it is what one saw. */
export function seenMedia({ generation, branches }: Pick<MediaPlaces, 'generation' | 'branches'>): string {
  return [generation, ...branches.map(branch => branch.generation)].join();
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
    const [owner, generation, ...places] = await ask(() =>
      redisSpan('places', () =>
        this.#redis.hmget(redisKeys.room(key), 'uid', 'generation', 'carrier', 'former', 'branches'),
      ),
    );
    if (owner !== uid || !generation) return undefined;
    const [carrier, former, branches] = places;
    return readPlaces(generation as MediaGeneration, carrier, former, branches);
  }

  /** Whether this is still where the room is placed. */
  async isPlaced(placement: ReadyPlacement): Promise<boolean> {
    const json = await ask(() => this.#redis.get(redisKeys.placement(placement.key)));
    const now = json === null ? undefined : Placement.parse(JSON.parse(json));
    return now?.state === 'ready' && now.uid === placement.uid && instancesOf(now) === instancesOf(placement);
  }

  /** Notes on which SFU this media is, if the room still has it and is placed there. */
  async setCarrier(room: RoomRef, carrier: Carrier): Promise<void> {
    await this.#changes.run('setCarrier', room, [carrier.generation, JSON.stringify(carrier)]);
  }

  /** What an SFU said of itself of late; undefined if it did not, or another is in its place. */
  async registrationOf({ pod, instance }: SfuPlace): Promise<SfuRegistration | undefined> {
    const json = await ask(() => this.#redis.get(redisKeys.sfu(pod)));
    const found = json === null ? undefined : SfuRegistration.safeParse(JSON.parse(json)).data;
    return found?.instance === instance ? found : undefined;
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
    if (lost.length === 0) return;
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
