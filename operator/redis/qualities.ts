import { isDeepStrictEqual } from 'node:util';
import { CallQuality, QualityScore, redisKeys } from '@parley/protocol';
import { qualityStep, quantised, roundedTo } from '../room/call-quality.ts';
import type { RedisConnection } from './connection.ts';

export interface QualitiesOptions {
  redis: Pick<RedisConnection, 'run' | 'available'>;
  /** The SFU pods that exist. */
  pods: () => Iterable<string>;
  /** Is told the uids of rooms whose quality changed; `all` where it was not known before. */
  onChange: (uids: ReadonlySet<string> | 'all') => void;
  /** How often it is asked for, in ms. Default: 10 s. */
  everyMs?: number;
}

/** How a room fares, in the steps of a status. */
export interface RoomQuality {
  /** How well media arrives, from 0 to 100, as its SFUs say; undefined without media. */
  score?: number;
  /** How its calls go, as its people report; undefined where nobody does. */
  calls?: CallQuality;
}

/** How each room fares, as the SFUs and signaling say in Redis. */
export class Qualities {
  readonly #options: QualitiesOptions;
  #known: ReadonlyMap<string, RoomQuality> | undefined;
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

  /** Undefined until it was looked for once. */
  get(uid: string): RoomQuality | undefined {
    return this.#known && (this.#known.get(uid) ?? {});
  }

  /** Reads what all SFUs and all replicas of signaling say. @throws RedisUnavailableError */
  async look(): Promise<void> {
    const pods = [...this.#options.pods()];
    const [scores, calls] = await this.#options.redis.run(async redis => {
      const replicas = await redis.zrange(redisKeys.replicas, 0, '-1');
      return Promise.all([
        Promise.all(pods.map(pod => redis.hgetall(redisKeys.quality(pod)))),
        Promise.all(replicas.map(replica => redis.hgetall(redisKeys.callQuality(replica)))),
      ]);
    });
    const before = this.#known;
    const now = new Map<string, RoomQuality>();
    for (const [uid, said] of scores.flatMap(hash => Object.entries(hash))) {
      const score = QualityScore.safeParse(said);
      const known = now.get(uid);
      // A room on several SFUs is as good as the worst of them.
      if (score.success) now.set(uid, { score: Math.min(score.data, known?.score ?? score.data) });
    }
    for (const [uid, said] of calls.flatMap(hash => Object.entries(hash))) {
      const read = readCalls(said);
      const known = now.get(uid);
      if (read) now.set(uid, { ...known, calls: known?.calls ? together(known.calls, read) : read });
    }
    for (const [uid, quality] of now) now.set(uid, inSteps(quality));
    this.#known = now;
    if (!before) return this.#options.onChange('all');
    const uids = [...before.keys(), ...now.keys()];
    const changed = uids.filter(uid => !isDeepStrictEqual(before.get(uid), now.get(uid)));
    if (changed.length > 0) this.#options.onChange(new Set(changed));
  }
}

/** In the steps that a Room's status has: smaller ones come with every look, and are no reason to look at a Room. */
function inSteps({ score, calls }: RoomQuality): RoomQuality {
  return {
    ...(score !== undefined && { score: roundedTo(qualityStep, score) }),
    ...(calls && {
      calls: {
        ...calls,
        ...(calls.audioMos !== undefined && { audioMos: quantised(calls.audioMos) }),
        ...(calls.videoScore !== undefined && { videoScore: quantised(calls.videoScore) }),
      },
    }),
  };
}

function readCalls(text: string): CallQuality | undefined {
  try {
    return CallQuality.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** What the people of two replicas report of one room. */
function together(a: CallQuality, b: CallQuality): CallQuality {
  const mean = (score: 'audioMos' | 'videoScore') => {
    const [one, other] = [a[score], b[score]];
    if (one === undefined || other === undefined) return one ?? other;
    return Math.round((one * a.people + other * b.people) / (a.people + b.people));
  };
  const [audioMos, videoScore] = [mean('audioMos'), mean('videoScore')];
  return {
    people: a.people + b.people,
    ...(audioMos === undefined ? {} : { audioMos }),
    ...(videoScore === undefined ? {} : { videoScore }),
    poor: {
      network: a.poor.network + b.poor.network,
      relay: a.poor.relay + b.poor.relay,
      device: a.poor.device + b.poor.device,
      unknown: a.poor.unknown + b.poor.unknown,
    },
  };
}
