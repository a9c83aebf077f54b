import { QualityScore, redisKeys } from '@parley/protocol';
import type { RedisConnection } from './connection.ts';

export interface QualitiesOptions {
  redis: Pick<RedisConnection, 'run' | 'available'>;
  /** The SFU pods that exist. */
  pods: () => Iterable<string>;
  /** Is told the uids of rooms whose quality changed. */
  onChange: (uids: ReadonlySet<string>) => void;
  /** How often it is asked for, in ms. Default: 10 s. */
  everyMs?: number;
}

/** How well media arrives in each room, as the SFUs say in Redis. */
export class Qualities {
  readonly #options: QualitiesOptions;
  #scores: ReadonlyMap<string, number> = new Map();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: QualitiesOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => {
      if (this.#options.redis.available) this.look().catch(() => undefined);
    }, this.#options.everyMs ?? 10_000);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** From 0 to 100, or undefined without media. */
  get(uid: string): number | undefined {
    return this.#scores.get(uid);
  }

  /** Reads what all SFUs say. @throws RedisUnavailableError */
  async look(): Promise<void> {
    const pods = [...this.#options.pods()];
    const found = await this.#options.redis.run(redis =>
      Promise.all(pods.map(pod => redis.hgetall(redisKeys.quality(pod)))),
    );
    const before = this.#scores;
    const now = new Map<string, number>();
    for (const [uid, said] of found.flatMap(hash => Object.entries(hash))) {
      const score = QualityScore.safeParse(said);
      // A room on several SFUs is as good as the worst of them.
      if (score.success) now.set(uid, Math.min(score.data, now.get(uid) ?? score.data));
    }
    this.#scores = now;
    const changed = [...before.keys(), ...now.keys()].filter(uid => before.get(uid) !== now.get(uid));
    if (changed.length > 0) this.#options.onChange(new Set(changed));
  }
}
