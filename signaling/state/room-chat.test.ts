/** What is written in a room, in Redis alone and in a cluster of it. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  ChatMessage,
  type ChatMessageId,
  chatPageSize,
  chatRate,
  chatStart,
  type MediaGeneration,
  maxChatBytes,
  maxChatHistory,
  maxChatText,
  type ParticipantId,
  type ReadyPlacement,
  type Rights,
  redisKeys,
  rightsOfRole,
} from '@parley/protocol';
import { createRedis, parseRedisUrl, type RedisClient } from '@parley/redis';
import { eventually, type SecureRedis, startSecureRedis } from '@parley/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { place, readyPlacement } from '../testing/rooms.ts';
import { pageBytes } from './chat-scripts.ts';
import { RoomChat } from './room-chat.ts';
import { RoomState } from './room-state.ts';

const generation = 'first' as MediaGeneration;

describe.each(['single', 'cluster'] as const)('Redis of kind %s', kind => {
  let server: SecureRedis;
  let redis: RedisClient;
  let state: RoomState;
  let chat: RoomChat;
  let room: ReadyPlacement;
  let announced: ChatMessage[];

  beforeAll(async () => {
    server = await startSecureRedis(kind);
    const { REDIS_URL, REDIS_CA_FILE } = server.environment;
    redis = createRedis(
      { address: parseRedisUrl(REDIS_URL), ca: readFileSync(REDIS_CA_FILE, 'utf8') },
      { name: 'test', purpose: 'commands' },
    );
    redis.on('error', () => {});
    await eventually('a connection', () => redis.status === 'ready');
  });
  afterAll(async () => {
    redis.disconnect();
    await server[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    announced = [];
    state = new RoomState(redis, () => {});
    chat = new RoomChat(redis, (_uid, message) => announced.push(message));
    room = await place(redis, readyPlacement());
    await state.setGeneration(room, undefined, generation);
  });

  const enter = async (rights: Partial<Rights> = {}, displayName = 'Ada') => {
    const id = randomUUID() as ParticipantId;
    const person = {
      id,
      displayName,
      identity: 'user-7',
      role: 'speaker' as const,
      rights: { ...rightsOfRole.speaker, publish: [], ...rights },
      secretHash: 'hash',
    };
    await state.join(room, generation, 9, person, { replica: 'a', socket: id });
    return id;
  };
  const newId = () => randomUUID() as ChatMessageId;
  /** Writes so many messages, as if there were time between them. */
  const write = async (from: ParticipantId, count: number, textOf = (i: number) => `message ${i}`) => {
    for (let i = 1; i <= count; i++) {
      await redis.del(redisKeys.chatPace(room.key));
      await chat.send(room, from, { id: newId(), text: textOf(i) });
    }
  };
  const page = async (which: Parameters<RoomChat['page']>[1] = {}) => {
    const found = await chat.page(room, which);
    if (!found) throw new Error('there is no such room');
    return found;
  };
  const seqs = (messages: readonly ChatMessage[]) => messages.map(({ seq }) => seq);
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

  test('H1 a message is numbered, linked to the one before, announced and kept in one step', async () => {
    const ada = await enter();
    expect(await page()).toEqual({ messages: [], latest: chatStart, oldest: 0 });
    const id = newId();
    const text = 'Größe: "5/4"\n\\ \u{1f600}';
    expect(await chat.send(room, ada, { id, text })).toEqual({ status: 'ok', seq: 1 });
    await chat.send(room, ada, { id: newId(), text: '2' });
    const [first, second] = announced;
    expect(first).toMatchObject({ seq: 1, after: 0, id, text });
    expect(first?.from).toEqual({ id: ada, displayName: 'Ada', identity: 'user-7' });
    expect(second).toMatchObject({ seq: 2, after: first?.at });
    expect(await page()).toEqual({
      messages: announced,
      latest: { seq: 2, at: second?.at },
      oldest: 1,
    });
  });

  test('H2 a repeated message is one message, answered and announced the same, also by somebody who joined anew', async () => {
    const [ada, again] = [await enter(), await enter()];
    const message = { id: newId(), text: 'once' };
    expect(await chat.send(room, ada, message)).toEqual({ status: 'ok', seq: 1 });
    await write(ada, 1);
    expect(await chat.send(room, ada, message)).toEqual({ status: 'repeated', seq: 1 });
    expect(await chat.send(room, again, message)).toEqual({ status: 'repeated', seq: 1 });
    expect(announced[2]).toEqual(announced[0]);
    expect(announced[3]).toEqual(announced[0]);
    expect(seqs((await page()).messages)).toEqual([1, 2]);
    expect(await chat.send(room, ada, { ...message, text: 'other' })).toEqual({ status: 'conflict' });
    expect(announced).toHaveLength(4);
  });

  test('H2 H6 the latest messages are kept, and older ones still recognised', async () => {
    const ada = await enter();
    const first = { id: newId(), text: 'first' };
    await chat.send(room, ada, first);
    await write(ada, maxChatHistory);
    expect(await redis.xlen(redisKeys.chat(room.key))).toBe(maxChatHistory);
    const { messages, latest, oldest } = await page();
    expect(seqs(messages)).toEqual(range(latest.seq - chatPageSize + 1, maxChatHistory + 1));
    expect([latest.seq, oldest]).toEqual([maxChatHistory + 1, 2]);
    await redis.del(redisKeys.chatPace(room.key));
    const before = announced.length;
    expect(await chat.send(room, ada, first)).toEqual({ status: 'repeated', seq: 1 });
    expect(announced).toHaveLength(before);
    expect((await page()).latest).toEqual(latest);
    // Somebody who knows only what is gone begins with the latest.
    expect(await page({ since: chatStart })).toEqual(await page());
    expect(await redis.zcard(redisKeys.chatIds(room.key))).toBe(maxChatHistory + 1);
  }, 60_000);

  test('H4 H5 pages lead from any place to the latest, and from there to the first', async () => {
    const ada = await enter();
    await write(ada, 2 * chatPageSize + 7);
    const all = range(1, announced.length);
    const [third] = announced.slice(2);
    if (!third) throw new Error('there are more than two');

    const after = await page({ since: third });
    expect(seqs(after.messages)).toEqual(range(4, 3 + chatPageSize));
    expect(after.latest.seq).toBe(all.length);
    const last = announced.at(-1);
    expect(await page({ since: last })).toMatchObject({ messages: [] });
    expect(seqs((await page({ since: chatStart })).messages)).toEqual(range(1, chatPageSize));

    const backwards: ChatMessage[] = [];
    for (;;) {
      const { messages } = await page({ before: backwards[0]?.seq });
      if (messages.length === 0) break;
      backwards.unshift(...messages);
    }
    expect(backwards).toEqual(announced);
  });

  test('H4 long messages make short pages, without a gap', async () => {
    const ada = await enter();
    await write(ada, 30, i => `${i % 10}`.repeat(maxChatText));
    const { messages } = await page({ since: chatStart });
    expect(messages.length).toBeLessThan(30);
    expect(JSON.stringify(messages).length).toBeLessThan(pageBytes + 2 * maxChatBytes);
    const latest = await page();
    expect(latest.messages.at(-1)?.seq).toBe(30);
    expect(seqs(latest.messages)).toEqual(range(31 - latest.messages.length, 30));
    const seen = [...messages];
    while ((seen.at(-1)?.seq ?? 0) < 30) seen.push(...(await page({ since: seen.at(-1) })).messages);
    expect(seen).toEqual(announced);
  });

  test('H5 a place that Redis lost is answered with the latest page', async () => {
    const ada = await enter();
    await write(ada, 3);
    const [, second, third] = announced;
    if (!second || !third) throw new Error('there are three');
    for (const since of [
      { seq: 3, at: third.at - 1 },
      { seq: 9, at: third.at },
      { seq: 0, at: 1 },
    ]) {
      expect(seqs((await page({ since })).messages)).toEqual([1, 2, 3]);
    }
    expect(seqs((await page({ since: second })).messages)).toEqual([3]);
    await redis.del(redisKeys.chat(room.key));
    expect(await page({ since: second })).toMatchObject({ messages: [], latest: { seq: 3 } });
    await write(ada, 1);
    expect(announced.at(-1)).toMatchObject({ seq: 4, after: third.at });
  });

  test('H8 who may not write does not, nor who left', async () => {
    const mute = await enter({ chat: false });
    expect(await chat.send(room, mute, { id: newId(), text: 'hm' })).toEqual({ status: 'forbidden' });
    const gone = randomUUID() as ParticipantId;
    expect(await chat.send(room, gone, { id: newId(), text: 'boo' })).toEqual({ status: 'lost' });
    const { uid } = readyPlacement();
    expect(await chat.send({ ...room, uid }, mute, { id: newId(), text: 'hm' })).toEqual({ status: 'lost' });
    expect(await chat.page({ ...room, uid }, {})).toBeUndefined();
    expect((await page()).latest).toEqual(chatStart);
  });

  test('H9 one participant writes no faster than the rate, others go on, and it comes back with time', async () => {
    const [ada, grace] = [await enter(), await enter()];
    const outcomes: string[] = [];
    for (let i = 0; i < 2 * chatRate.burst; i++) {
      outcomes.push((await chat.send(room, ada, { id: newId(), text: `${i}` })).status);
    }
    const taken = outcomes.filter(status => status === 'ok').length;
    expect(taken).toBeGreaterThanOrEqual(chatRate.burst);
    expect(outcomes).toContain('too_fast');
    expect(announced).toHaveLength(taken);
    expect((await chat.send(room, grace, { id: newId(), text: 'I may' })).status).toBe('ok');
    const key = redisKeys.chatPace(room.key);
    const full = Number(await redis.zscore(key, ada));
    await redis.zadd(key, full - 5000 / chatRate.perSecond, ada);
    expect((await chat.send(room, ada, { id: newId(), text: 'again' })).status).toBe('ok');
    await redis.zadd(key, 1, ada);
    await chat.send(room, grace, { id: newId(), text: 'tidies up' });
    expect(await redis.zrange(key, '0', '-1')).toEqual([grace]);
  });

  test('H6 what was written goes with the room', async () => {
    const ada = await enter();
    await write(ada, 2);
    const keys = [redisKeys.chat, redisKeys.chatIds].map(key => key(room.key));
    for (const key of keys) expect(await redis.ttl(key)).toBeGreaterThan(3000);
    for (const key of keys) await redis.expire(key, 10);
    await enter();
    for (const key of keys) expect(await redis.ttl(key)).toBeGreaterThan(3000);
    const closed = { state: 'closed', reason: 'Suspended', message: 'Closed.' } as const;
    await place(redis, { ...closed, key: room.key, uid: room.uid });
    await state.end(room);
    for (const key of keys) expect(await redis.exists(key)).toBe(0);
    await place(redis, room);
    await state.setGeneration(room, undefined, generation);
    expect(await page()).toEqual({ messages: [], latest: chatStart, oldest: 0 });
  });

  test('H5 a stream of a state that is gone stands in nobody’s way', async () => {
    const ada = await enter();
    await redis.xadd(redisKeys.chat(room.key), '900-1', 'message', '{}');
    await write(ada, 2);
    expect(seqs((await page()).messages)).toEqual([1, 2]);
    expect(ChatMessage.array().parse(announced)).toHaveLength(2);
  });
});
