import { type CallQuality, callQualityLeaseMs, type RoomUid, redisKeys } from '@parley/protocol';
import type { Verdict } from '@parley/quality';
import type { RedisClient } from '@parley/redis';

/** Sums up how the people of a room fare; undefined where nobody hears or sees anything. */
export function summarise(verdicts: readonly Verdict[]): CallQuality | undefined {
  const told = verdicts.filter(({ audioMos, videoScore }) => (audioMos ?? videoScore) !== undefined);
  if (told.length === 0) return undefined;
  const audioMos = hundredths(told.flatMap(one => one.audioMos ?? []));
  const videoScore = hundredths(told.flatMap(one => one.videoScore ?? []));
  const poor = { network: 0, relay: 0, device: 0, unknown: 0 };
  for (const { cause } of told) if (cause) poor[cause]++;
  return {
    people: told.length,
    ...(audioMos !== undefined && { audioMos }),
    ...(videoScore !== undefined && { videoScore }),
    poor,
  };
}

function hundredths(scores: number[]): number | undefined {
  if (scores.length === 0) return undefined;
  return Math.round((scores.reduce((sum, one) => sum + one, 0) / scores.length) * 100);
}

/**
 * Says in Redis how the rooms of this replica fare, what changed alone. If Redis is away that is said at the next time; what it has by then runs
 * out by itself, as with a replica that died.
 */
export class SummaryWriter {
  readonly #redis: RedisClient;
  readonly #key: string;
  /** What stands in Redis; undefined while that is not known. */
  #said: ReadonlyMap<RoomUid, string> | undefined;

  constructor(redis: RedisClient, replica: string) {
    this.#redis = redis;
    this.#key = redisKeys.callQuality(replica);
  }

  /** @throws Error if Redis does not answer */
  async write(rooms: ReadonlyMap<RoomUid, CallQuality>): Promise<void> {
    const now = new Map([...rooms].map(([uid, quality]) => [uid, JSON.stringify(quality)] as const));
    const said = await this.#kept();
    this.#said = undefined;
    const changed = [...now].filter(([uid, text]) => said?.get(uid) !== text);
    const gone = [...(said?.keys() ?? [])].filter(uid => !now.has(uid));
    const multi = this.#redis.multi();
    if (!said) multi.del(this.#key);
    if (gone.length > 0) multi.hdel(this.#key, ...gone);
    if (changed.length > 0) multi.hset(this.#key, ...changed.flat());
    multi.pexpire(this.#key, callQualityLeaseMs);
    const answers = await multi.exec();
    const failed = answers?.find(([error]) => error)?.[0];
    if (failed) throw failed;
    this.#said = now;
  }

  async remove(): Promise<void> {
    this.#said = undefined;
    await this.#redis.del(this.#key);
  }

  /** What is known to stand in Redis, if that still does: it may have lost everything. */
  async #kept(): Promise<ReadonlyMap<RoomUid, string> | undefined> {
    if (!this.#said || this.#said.size === 0) return this.#said;
    return (await this.#redis.exists(this.#key)) === 1 ? this.#said : undefined;
  }
}
