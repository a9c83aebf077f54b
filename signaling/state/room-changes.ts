import { RoomEvent, type RoomKey, type RoomUid, redisKeys } from '@parley/protocol';
import type { RedisClient } from '@parley/redis';
import { z } from 'zod';
import { ask, redisSpan } from './redis.ts';
import { defineScripts, type RunScript, type ScriptName } from './scripts.ts';

/** Which room, and which Room of that name. */
export interface RoomRef {
  key: RoomKey;
  uid: RoomUid;
}

/** Where a participant is connected: a replica and a socket of it. */
export interface ConnectionRef {
  replica: string;
  socket: string;
}

/** Tells everyone in a room; `except` is a socket that need not hear it. */
export type Announce = (uid: RoomUid, event: RoomEvent, except?: string) => void;

/** What every script answers: how it went, the events of what it changed, and more. */
const Answer = z.tuple([z.string(), z.array(z.string()).optional()], z.unknown());

/** How a script went. */
export interface Outcome {
  status: string;
  changed: boolean;
  rest: unknown[];
}

/** Runs the scripts that change rooms, and announces what they changed. */
export class RoomChanges {
  readonly #redis: RedisClient;
  readonly #run: RunScript;
  readonly #announce: Announce;
  readonly #hasReceivers: boolean;

  /** `receivers` are those of webhooks, by the names of their outboxes. */
  constructor(redis: RedisClient, announce: Announce, receivers: readonly string[]) {
    this.#redis = redis;
    this.#run = defineScripts(redis, receivers);
    this.#announce = announce;
    this.#hasReceivers = receivers.length > 0;
  }

  /** Runs a script and announces what it changed, but to the socket `except`. */
  async run(name: ScriptName, room: RoomRef, args: (string | number)[], except?: string): Promise<Outcome> {
    const answer = await this.runRaw(name, room.key, [room.uid, ...args]);
    const [status, changes = [], ...rest] = Answer.parse(answer);
    this.tell(room.uid, changes, except);
    return { status, changed: changes.length > 0, rest };
  }

  /** Runs a script whose answer is its caller's to read, and its changes its caller's to `tell`. */
  runRaw(name: ScriptName, key: RoomKey, args: (string | number)[]): Promise<unknown> {
    const script = () => this.#run(name, key, args);
    return ask(() =>
      redisSpan(name, script, { 'db.operation.name': 'EVALSHA', 'db.stored_procedure.name': name }),
    );
  }

  /** Announces events, given as JSON. */
  tell(uid: RoomUid, changes: string[], except?: string): void {
    for (const json of changes) this.#announce(uid, RoomEvent.parse(JSON.parse(json)), except);
  }

  /** Says that something may be written to the room's outboxes now. Before it is, so that a crash in between loses nothing. */
  async markOutboxes(key: RoomKey): Promise<void> {
    if (this.#hasReceivers) await ask(() => this.#redis.zadd(redisKeys.outboxes, Date.now(), key));
  }
}
