import {
  type MediaGeneration,
  type ParticipantId,
  type Producer,
  type ProducerId,
  type RoomKey,
  redisKeys,
} from '@parley/protocol';
import type { RedisClient } from '@parley/redis';
import { z } from 'zod';
import { ask } from './redis.ts';
import type { RoomChanges, RoomRef } from './room-changes.ts';
import { OwnedProducer } from './snapshot.ts';

/** What the people in rooms publish. */
export class RoomProducers {
  readonly #redis: RedisClient;
  readonly #changes: RoomChanges;

  constructor(redis: RedisClient, changes: RoomChanges) {
    this.#redis = redis;
    this.#changes = changes;
  }

  async add(
    room: RoomRef,
    generation: MediaGeneration,
    participantId: ParticipantId,
    producer: Producer,
  ): Promise<'ok' | 'lost' | 'stale' | 'forbidden' | 'conflict'> {
    const { id, source } = producer;
    const args = [generation, participantId, id, source, JSON.stringify({ ...producer, generation })];
    const { status } = await this.#changes.run('addProducer', room, args);
    return z.enum(['ok', 'lost', 'stale', 'forbidden', 'conflict']).parse(status);
  }

  /** Answers whether the participant has such a producer. */
  async pause(
    room: RoomRef,
    participantId: ParticipantId,
    producerId: ProducerId,
    paused: boolean,
  ): Promise<boolean> {
    const args = [participantId, producerId, paused ? 1 : 0];
    return (await this.#changes.run('pauseProducer', room, args)).status === 'ok';
  }

  /** Whether the producer is paused; undefined if there is none. */
  async isPaused(key: RoomKey, producerId: ProducerId): Promise<boolean | undefined> {
    const json = await ask(() => this.#redis.hget(redisKeys.producers(key), producerId));
    return json ? OwnedProducer.parse(JSON.parse(json)).paused : undefined;
  }

  /** Answers false if the producer is another's. */
  async remove(room: RoomRef, participantId: ParticipantId, producerId: ProducerId): Promise<boolean> {
    const { status } = await this.#changes.run('removeProducer', room, [participantId, producerId]);
    return status === 'ok';
  }

  /**
   * Removes all that the participant publishes, or `current`: that which is not of media that the room moves from. `link`: the media that
   * they are given in its place.
   */
  async clear(
    room: RoomRef,
    participantId: ParticipantId,
    which: 'all' | 'current' = 'all',
    link?: MediaGeneration,
  ): Promise<void> {
    const args = [participantId, which === 'current' ? 1 : 0, link ?? ''];
    await this.#changes.run('clearProducers', room, args);
  }

  /** Those of these producers that are in the room. */
  async existing(key: RoomKey, producerIds: ProducerId[]): Promise<Map<ProducerId, OwnedProducer>> {
    const found = await ask(() => this.#redis.hmget(redisKeys.producers(key), ...producerIds));
    return new Map(
      found.flatMap(json => {
        const producer = json == null ? undefined : OwnedProducer.parse(JSON.parse(json));
        return producer ? [[producer.id, producer] as const] : [];
      }),
    );
  }
}
