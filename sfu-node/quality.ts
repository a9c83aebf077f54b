import { isDeepStrictEqual } from 'node:util';
import { qualityLeaseMs, qualityPeriodMs, redisKeys } from '@parley/protocol';
import type { RedisClient } from '@parley/redis';
import type { types } from 'mediasoup';
import type { Room } from './room.ts';

type Sent = Pick<types.Producer, 'paused' | 'score'>;
type Received = Pick<types.Consumer, 'paused' | 'producerPaused' | 'score'>;

/** mediasoup's scores go from 0 to this. */
const bestScore = 10;

/**
 * How well media arrives, from 0 to 100: the mean score of the streams that flow, or undefined where none does. Of the
 * layers of a simulcast the best counts, as clients leave out the others, and what nobody watches need not be sent at all.
 */
export function qualityOf(producers: readonly Sent[], consumers: readonly Received[]): number | undefined {
  const scores = [...producers.map(sentScore), ...consumers.map(receivedScore)].filter(
    score => score !== undefined,
  );
  if (scores.length === 0) return undefined;
  return (scores.reduce((sum, score) => sum + score, 0) / scores.length / bestScore) * 100;
}

/** The best layer's score of what a client sends, or undefined while it does not flow. */
export function sentScore(producer: Sent): number | undefined {
  if (producer.paused) return undefined;
  const { score } = producer;
  return score.length === 0 ? undefined : Math.max(...score.map(layer => layer.score));
}

/** The score of what a client is sent, or undefined while it does not flow. */
export function receivedScore(consumer: Received): number | undefined {
  if (consumer.paused || consumer.producerPaused) return undefined;
  // mediasoup makes a copy for each who asks.
  const { score, producerScore } = consumer.score;
  return producerScore === 0 ? undefined : score;
}

/** Says in Redis how the rooms of this SFU fare: one command at a time, and none while there is no media. */
export class QualityReport {
  readonly #key: string;
  readonly #rooms: () => Iterable<Room>;
  /** What stands in Redis; undefined while that is not known. */
  #said: Record<string, string> | undefined;
  #next = 0;

  constructor(pod: string, rooms: () => Iterable<Room>) {
    this.#key = redisKeys.quality(pod);
    this.#rooms = rooms;
  }

  /** To be called often: it acts once in `qualityPeriodMs`. @throws Error if Redis does not answer; the next call tries again. */
  async write(redis: RedisClient): Promise<void> {
    const now = performance.now();
    if (now < this.#next) return;
    const scores = this.#read();
    const known = this.#said;
    this.#said = undefined;
    if (Object.keys(scores).length === 0) {
      if (!known || Object.keys(known).length > 0) await redis.del(this.#key);
    } else {
      const kept = isDeepStrictEqual(scores, known) && (await redis.pexpire(this.#key, qualityLeaseMs)) === 1;
      if (!kept)
        await redis.multi().del(this.#key).hset(this.#key, scores).pexpire(this.#key, qualityLeaseMs).exec();
    }
    this.#said = scores;
    this.#next = now + qualityPeriodMs;
  }

  #read(): Record<string, string> {
    const scores: Record<string, string> = {};
    for (const room of this.#rooms()) {
      const people = [...room.participants.values()];
      const quality = qualityOf(
        people.flatMap(({ watchedProducers }) => watchedProducers),
        people.flatMap(({ consumers }) => consumers),
      );
      if (quality !== undefined) scores[room.uid] = `${Math.round(quality)}`;
    }
    return scores;
  }
}
