import { EventEmitter, once } from 'node:events';
import {
  type ClosedPlacement,
  type Closure,
  Placement,
  type ReadyPlacement,
  RefusalError,
  RoomKey,
  type RoomUid,
  RoomUid as RoomUidSchema,
  redisChannels,
  redisKeys,
  SfuRegistration,
} from '@parley/protocol';
import type { RedisClient } from '@parley/redis';
import type { Logger } from '@parley/telemetry';
import { ask, redisSpan } from '../state/redis.ts';

/** How often a wait looks for itself, as a wake-up may be lost. */
const lookAgainMs = 250;

/** Reads what the operator says of rooms, and hears when it may have changed. */
export class Placements {
  readonly #redis: RedisClient;
  readonly #log: Logger;
  readonly #changes = new EventEmitter().setMaxListeners(0);

  constructor(redis: RedisClient, subscriber: RedisClient, log: Logger) {
    this.#redis = redis;
    this.#log = log;
    subscriber.subscribe(redisChannels.placements, redisChannels.routersLost).catch(() => {});
    subscriber.on('message', (channel, message) => {
      if (channel === redisChannels.placements) this.#changes.emit('placement', message);
      if (channel === redisChannels.routersLost) this.#changes.emit('routerLost', message);
    });
  }

  onChange(listener: (room: RoomKey) => void): void {
    this.#changes.on('placement', message => {
      const room = RoomKey.safeParse(message);
      if (room.success) listener(room.data);
    });
  }

  onRouterLost(listener: (uid: RoomUid) => void): void {
    this.#changes.on('routerLost', message => {
      const uid = RoomUidSchema.safeParse(message);
      if (uid.success) listener(uid.data);
    });
  }

  /** @throws RefusalError `unavailable` if Redis or what stands there cannot be read. */
  async read(room: RoomKey): Promise<Placement | undefined> {
    const json = await ask(() => redisSpan('placement', () => this.#redis.get(redisKeys.placement(room))));
    if (json === null) return undefined;
    try {
      return Placement.parse(JSON.parse(json));
    } catch (cause) {
      this.#log.error({ room, err: cause }, 'a placement makes no sense');
      throw new RefusalError(
        'unavailable',
        'The meeting cannot be looked up at the moment. Try again later.',
        {
          cause,
        },
      );
    }
  }

  /** What an SFU says of itself; undefined if it has not of late, or what it says makes no sense. @throws RefusalError `unavailable` */
  async readSfu(pod: string): Promise<SfuRegistration | undefined> {
    const json = await ask(() => this.#redis.get(redisKeys.sfu(pod)));
    return json === null ? undefined : SfuRegistration.safeParse(JSON.parse(json)).data;
  }

  /**
   * The placement of a room that somebody wants to join now.
   *
   * @throws RefusalError that tells a person why it cannot be joined.
   */
  async readToJoin(room: RoomKey): Promise<ReadyPlacement> {
    const placement = await this.read(room);
    if (placement === undefined && !(await ask(() => this.#redis.exists(redisKeys.placementsComplete)))) {
      throw new RefusalError('room_not_ready', 'The service is starting up. Try again in a moment.');
    }
    return requireReady(placement);
  }

  /** Waits at most `timeoutMs` until a placement is there that says more than `waiting`; answers with the last one seen. */
  async settled(room: RoomKey, uid: string, timeoutMs: number): Promise<Placement | undefined> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const woken = AbortSignal.timeout(lookAgainMs);
      const change = once(this.#changes, 'placement', { signal: woken }).catch(() => {});
      const placement = await this.read(room);
      const settled = placement?.uid === uid && placement.state !== 'waiting';
      if (settled || Date.now() >= end) return placement;
      await change;
    }
  }
}

/** What somebody hears who wants into a room that is closed. */
export function roomClosed(placement: ClosedPlacement): RefusalError {
  return new RefusalError('room_closed', placement.message, { closed: closureOf(placement) });
}

/** How the room's media is to be, for the SFU that opens it. */
export function openingOf({ loudest }: ReadyPlacement): { loudest?: number } {
  // Nothing that older SFUs need not know.
  return loudest > 0 ? { loudest } : {};
}

export function closureOf({ reason, opensAt }: ClosedPlacement): Closure {
  return { reason, ...(opensAt === undefined ? {} : { opensAt }) };
}

/** @throws RefusalError that tells a person why the room cannot be joined now. */
function requireReady(placement: Placement | undefined): ReadyPlacement {
  if (placement === undefined) {
    throw new RefusalError(
      'room_not_found',
      'There is no such meeting. Check the link, or ask who invited you.',
    );
  }
  switch (placement.state) {
    case 'ready':
      return placement;
    case 'waiting':
      throw new RefusalError('room_not_ready', placement.message);
    case 'closed':
      throw roomClosed(placement);
    case 'rejected':
      throw new RefusalError('room_rejected', placement.message);
    case 'ended':
      throw new RefusalError('room_ended', 'The meeting has ended.');
  }
}
