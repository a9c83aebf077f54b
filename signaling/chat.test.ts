/** What people write, over two replicas with a real Redis and a real SFU, and a replica that is killed. */
import { randomUUID } from 'node:crypto';
import {
  type ChatMessageId,
  chatRate,
  type ParticipantId,
  type ReadyPlacement,
  redisKeys,
} from '@parley/protocol';
import { eventually, startRedis, type TestRedis } from '@parley/testing';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { RoomTokens } from './access/tokens.ts';
import { TestClient, version1 } from './testing/client.ts';
import { secrets, startReplicaProcess, startSfu } from './testing/processes.ts';
import { type RunningReplica, startReplica } from './testing/replica.ts';
import { place, readyPlacement } from './testing/rooms.ts';

// Processes start slowly on a machine where other tests run.
vi.setConfig({ testTimeout: 90_000 });

let server: TestRedis;
let redis: Redis;
let replicas: [RunningReplica, RunningReplica];
let sfu: Awaited<ReturnType<typeof startSfu>>;
let room: ReadyPlacement;
const clients: TestClient[] = [];

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
  replicas = [await startReplica(server.url), await startReplica(server.url)];
  sfu = await startSfu(server.url, redis);
});
beforeEach(async () => {
  room = await place(redis, readyPlacement({ sfu: sfu.sfu }));
});
afterEach(() => {
  for (const client of clients.splice(0)) client[Symbol.dispose]();
});
afterAll(async () => {
  await Promise.all(replicas.map(replica => replica[Symbol.asyncDispose]()));
  await sfu[Symbol.asyncDispose]();
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

const client = (port: number, ...options: ConstructorParameters<typeof TestClient>[1][]) => {
  const made = new TestClient(port, ...options);
  clients.push(made);
  return made;
};
const message = (text: string) => ({ id: randomUUID() as ChatMessageId, text });
const write = (by: TestClient, ...texts: string[]) =>
  Promise.all(texts.map(text => by.get('sendChat', message(text))));
const heard = (by: TestClient) => by.messages.map(({ seq, text }) => `${seq} ${text}`);
const membership = (
  room: ReadyPlacement,
  joined: { participantId: ParticipantId; sessionSecret: string },
) => ({
  room: room.key,
  participantId: joined.participantId,
  sessionSecret: joined.sessionSecret,
});

test('H3 H7 people on two replicas read each other, and who comes later reads what was before', async () => {
  const [ada, grace] = [client(replicas[0].port), client(replicas[1].port)];
  const joined = await ada.join(room.key, 'Ada');
  expect(joined.chat).toEqual({ messages: [], latest: { seq: 0, at: 0 }, oldest: 0 });
  await grace.join(room.key, 'Grace');
  expect(await ada.get('sendChat', message('Hello'))).toEqual({ seq: 1 });
  expect(heard(ada)).toEqual(['1 Hello']);
  await eventually('Grace to read it', () => grace.messages.length > 0);
  await write(grace, 'Hi');
  await eventually('Ada to read it', () => ada.messages.length > 1);
  expect(ada.messages).toEqual(grace.messages);
  expect(ada.messages).toMatchObject([
    { from: { id: joined.participantId, displayName: 'Ada' } },
    { from: { displayName: 'Grace' } },
  ]);
  const late = await client(replicas[0].port).join(room.key, 'Late');
  expect(late.chat).toEqual({
    messages: ada.messages,
    latest: { seq: 2, at: ada.messages[1]?.at },
    oldest: 1,
  });
});

test('H7 who resumes is told what came after, and nothing else', async () => {
  const [ada, grace] = [client(replicas[0].port), client(replicas[1].port)];
  await ada.join(room.key, 'Ada');
  const joined = await grace.join(room.key, 'Grace');
  await write(ada, 'before');
  await eventually('Grace to read it', () => grace.messages.length > 0);
  const [chatSince] = grace.messages;
  grace.drop();
  await grace.disconnected();
  await write(ada, 'meanwhile');
  const back = client(replicas[0].port);
  const { chat } = await back.get('resume', { ...membership(room, joined), chatSince });
  expect(chat).toMatchObject({ messages: [{ seq: 2, text: 'meanwhile' }], latest: { seq: 2 } });
  await write(ada, 'after');
  await eventually('it to be heard', () => back.messages.length > 0);
  expect(heard(back)).toEqual(['3 after']);
});

test('H7 version 1 is told nothing of chat', async () => {
  const [old, ada] = [client(replicas[1].port, version1), client(replicas[0].port)];
  const joined = await old.join(room.key, 'Old');
  expect(joined).not.toHaveProperty('chat');
  await ada.join(room.key, 'Ada');
  await write(ada, 'Hello');
  // What is said after it arrives after it.
  ada.socket.disconnect();
  await old.event('participantConnection');
  expect(old.messages).toEqual([]);
  old.drop();
  const back = client(replicas[0].port, version1);
  expect(await back.get('resume', membership(room, joined))).not.toHaveProperty('chat');
});

test('H8 who may not write is told so and reads on', async () => {
  const tokens = new RoomTokens(secrets.TOKEN_SIGNING_KEY);
  const mute = client(replicas[0].port);
  await mute.join(room.key, 'Mute', await tokens.issue({ room: room.key, rights: { chat: false } }, 60));
  expect(await mute.ask('sendChat', message('hm'))).toMatchObject({
    ok: false,
    error: { code: 'forbidden', message: expect.stringContaining('"chat"') },
  });
  const ada = client(replicas[1].port);
  await ada.join(room.key, 'Ada');
  await write(ada, 'Hello');
  await eventually('it to be read', () => mute.messages.length > 0);
  expect((await mute.get('chatHistory', {})).messages).toEqual(mute.messages);
});

test('H9 a new connection brings no new rate', async () => {
  const ada = client(replicas[0].port);
  const joined = await ada.join(room.key);
  await write(ada, ...Array.from({ length: chatRate.burst }, (_, i) => `${i}`));
  ada.drop();
  const back = client(replicas[1].port);
  await back.get('resume', membership(room, joined));
  await redis.zadd(redisKeys.chatPace(room.key), Date.now() + 60_000, joined.participantId);
  const refused = { ok: false, error: { code: 'rate_limited' } };
  expect(await back.ask('sendChat', message('more'))).toMatchObject(refused);
});

test('H2 H10 what is no message is refused by name, and the rest goes on', async () => {
  const stranger = client(replicas[0].port);
  expect(await stranger.ask('sendChat', message('hm'))).toMatchObject({ error: { code: 'not_joined' } });
  expect(await stranger.ask('chatHistory', {})).toMatchObject({ error: { code: 'not_joined' } });
  await stranger.join(room.key);
  const wrong: [string, unknown][] = [
    ['text', { ...message(''), text: '  ' }],
    ['text', { ...message('a\0b') }],
    ['text', { ...message('x'.repeat(4001)) }],
    ['id', { id: '1', text: 'x' }],
  ];
  for (const [path, request] of wrong) {
    expect(await stranger.send('sendChat', request)).toMatchObject({ error: { code: 'bad_request', path } });
  }
  const either = { since: { seq: 1, at: 1 }, before: 1 };
  expect(await stranger.ask('chatHistory', either)).toMatchObject({ error: { code: 'bad_request' } });
  const sent = message('fine');
  await stranger.get('sendChat', sent);
  expect(await stranger.ask('sendChat', { ...sent, text: 'else' })).toMatchObject({
    error: { code: 'conflict' },
  });
  expect(heard(stranger)).toEqual(['1 fine']);
});

test('H2 H3 messages sent while their replica is killed are there once, for everyone', async () => {
  await using dying = await startReplicaProcess(server.url);
  const [ada, grace] = [client(dying.port), client(replicas[1].port)];
  const joined = await ada.join(room.key, 'Ada');
  await grace.join(room.key, 'Grace');
  const messages = Array.from({ length: 5 }, (_, i) => message(`${i}`));
  // Some of them are answered, some are taken in without an answer, and some never arrive.
  const answers = messages.map(one => ada.ask('sendChat', one).catch(() => undefined));
  await answers[0];
  await dying.kill('SIGKILL');
  const back = client(replicas[0].port);
  await back.get('resume', membership(room, joined));
  for (const one of messages) await back.get('sendChat', one);

  const { messages: kept, latest } = await grace.get('chatHistory', {});
  expect(latest.seq).toBe(messages.length);
  expect(kept.map(({ text }) => text)).toEqual(['0', '1', '2', '3', '4']);
  await eventually('Grace to have read all', () => new Set(grace.messages.map(({ seq }) => seq)).size === 5);
  for (const one of grace.messages) expect(one).toEqual(kept[one.seq - 1]);
});
