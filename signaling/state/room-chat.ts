import {
  ChatMessage,
  type ChatMessageId,
  type ChatPage,
  type ChatPosition,
  type ParticipantId,
  type RoomUid,
  redisKeys,
} from '@parley/protocol';
import type { RedisClient } from '@parley/redis';
import { z } from 'zod';
import { ask, redisSpan } from './redis.ts';
import type { RoomRef } from './room-changes.ts';
import { defineScripts, type RunScript } from './scripts.ts';

/** Tells everyone in a room what was written. */
export type AnnounceMessage = (uid: RoomUid, message: ChatMessage) => void;

/** How a message was taken: `ok` if it is new, else `repeated`. */
export type Sent =
  | { status: 'ok' | 'repeated'; seq: number }
  | { status: 'lost' | 'forbidden' | 'too_fast' | 'conflict' };

/** Which page is asked for; `since` goes before `before`, and without both it is the latest. */
export interface PageRequest {
  since?: ChatPosition | undefined;
  before?: number | undefined;
}

const list = z.array(z.string());
const notTaken = z.enum(['lost', 'forbidden', 'too_fast', 'conflict']);
const RawPage = z.union([
  z.tuple([z.literal('ok'), list, z.coerce.number(), z.coerce.number(), z.coerce.number(), list]),
  z.tuple([z.literal('lost')]),
]);
const toMessage = (json: string) => ChatMessage.parse(JSON.parse(json));

/** A message that a script has just put together, of what was validated when it came: not validated again, as every message is read so. */
const written = (json: string): ChatMessage => JSON.parse(json);

/** What people write in rooms. Each message is taken in one atomic step, however often it is sent. */
export class RoomChat {
  readonly #redis: RedisClient;
  readonly #run: RunScript;
  readonly #announce: AnnounceMessage;

  constructor(redis: RedisClient, announce: AnnounceMessage) {
    this.#redis = redis;
    this.#run = defineScripts(redis);
    this.#announce = announce;
  }

  /** Takes a message in and announces it; one that was taken before is announced again, as its replica may have died in between. */
  async send(
    room: RoomRef,
    participant: ParticipantId,
    message: { id: ChatMessageId; text: string },
  ): Promise<Sent> {
    const { id, text } = message;
    const args = [room.uid, participant, id, JSON.stringify({ id, text })];
    const answer = await ask(() => redisSpan('sendChat', () => this.#run('sendChat', room.key, args)));
    const [status, , seq, json]: unknown[] = Array.isArray(answer) ? answer : [];
    if (status !== 'ok' && status !== 'repeated') return { status: notTaken.parse(status) };
    if (typeof json === 'string') this.#announce(room.uid, status === 'ok' ? written(json) : toMessage(json));
    return { status, seq: Number(seq) };
  }

  /** The last message that was written; undefined if there is none that can be read. */
  async newest({ key }: RoomRef): Promise<ChatMessage | undefined> {
    const [entry] = await ask(() => this.#redis.xrevrange(redisKeys.chat(key), '+', '-', 'COUNT', 1));
    const json = entry?.[1][1];
    return json ? ChatMessage.safeParse(JSON.parse(json)).data : undefined;
  }

  /** A page of what was written; undefined if there is no state for this Room. */
  async page(room: RoomRef, { since, before }: PageRequest): Promise<ChatPage | undefined> {
    const args = [room.uid, since?.seq ?? '', since?.at ?? '', before ?? ''];
    const raw = RawPage.parse(
      await ask(() => redisSpan('chatPage', () => this.#run('chatPage', room.key, args))),
    );
    if (raw[0] === 'lost') return undefined;
    const [, , seq, at, oldest, messages] = raw;
    return { messages: messages.map(toMessage), latest: { seq, at }, oldest };
  }
}
