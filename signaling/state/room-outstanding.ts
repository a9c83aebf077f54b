import { ParticipantId, ProducerId, type RoomKey, redisKeys } from '@parley/protocol';
import type { RedisClient } from '@parley/redis';
import { z } from 'zod';
import { ask } from './redis.ts';
import type { RoomChanges, RoomRef } from './room-changes.ts';

/** What an SFU is to be told, as the scripts write it. */
const Task = z
  .string()
  .transform(text => text.split(':'))
  .pipe(
    z.union([
      z.tuple([z.enum(['pause', 'close']), ParticipantId, ProducerId]),
      z.tuple([z.literal('leave'), ParticipantId]),
    ]),
  )
  .transform(([what, participant, producer]) =>
    what === 'leave' ? { what, participant } : { what, participant, producer: ProducerId.parse(producer) },
  );

/**
 * `pause`: whether the producer is paused, as the state says by then. `close`: that the producer may not be any more. `leave`: that the
 * participant is gone.
 */
export type Task = z.output<typeof Task>;

/** A task, and what stands for it in Redis. */
export interface Outstanding {
  task: Task;
  text: string;
  /** Another by the time it was done: then it was said again, and is to be done again. */
  number: string;
}

/**
 * What the SFUs of rooms are still to be told. The scripts write it in the same step as the change that it follows from, so that it
 * is done by whoever lives, as soon as the SFU can be reached.
 */
export class RoomOutstanding {
  readonly #redis: RedisClient;
  readonly #changes: RoomChanges;

  constructor(redis: RedisClient, changes: RoomChanges) {
    this.#redis = redis;
    this.#changes = changes;
  }

  async all(key: RoomKey): Promise<Outstanding[]> {
    const found = await ask(() => this.#redis.hgetall(redisKeys.outstanding(key)));
    return Object.entries(found).flatMap(([text, number]) => {
      // A later version of signaling knows more, and does it.
      const task = Task.safeParse(text).data;
      return task ? [{ task, text, number }] : [];
    });
  }

  /** Remembers that somebody is gone, as their SFU could not be told. */
  async add(room: RoomRef, participant: ParticipantId): Promise<void> {
    await this.#changes.run('owe', room, [`leave:${participant}`]);
  }

  async done(room: RoomRef, tasks: Outstanding[]): Promise<void> {
    if (tasks.length === 0) return;
    await this.#changes.run(
      'told',
      room,
      tasks.flatMap(({ text, number }) => [text, number]),
    );
  }
}
