/** What people write, over two replicas with a real Redis and a real SFU, and a replica that is killed. */
import { randomUUID } from 'node:crypto';
import { type ChatMessageId, chatRate, type Response, redisKeys } from '@parley/protocol';
import { eventually } from '@parley/testing';
import { expect, test, vi } from 'vitest';
import type { TestClient } from './testing/client.ts';
import { startReplicaProcess } from './testing/processes.ts';
import { useStage } from './testing/stage.ts';

// Processes start slowly on a machine where other tests run.
vi.setConfig({ testTimeout: 90_000 });

const stage = useStage();
const { client } = stage;
const message = (text: string) => ({ id: randomUUID() as ChatMessageId, text });
const write = (by: TestClient, ...texts: string[]) =>
  Promise.all(texts.map(text => by.get('sendChat', message(text))));
const heard = (by: TestClient) => by.messages.map(({ seq, text }) => `${seq} ${text}`);
const membership = ({ participantId, sessionSecret }: Response<'join'>) => ({
  room: stage.room.key,
  participantId,
  sessionSecret,
});

test('H3 H7 people on two replicas read each other, and who comes later reads what was before', async () => {
  const [ada, grace] = [client(0), client(1)];
  const joined = await ada.join(stage.room.key, 'Ada');
  expect(joined.chat).toEqual({ messages: [], latest: { seq: 0, at: 0 }, oldest: 0 });
  await grace.join(stage.room.key, 'Grace');
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
  const late = await client(0).join(stage.room.key, 'Late');
  expect(late.chat).toEqual({
    messages: ada.messages,
    latest: { seq: 2, at: ada.messages[1]?.at },
    oldest: 1,
  });
});

test('H7 who resumes is told what came after, and nothing else', async () => {
  const [ada, grace] = [client(0), client(1)];
  await ada.join(stage.room.key, 'Ada');
  const joined = await grace.join(stage.room.key, 'Grace');
  await write(ada, 'before');
  await eventually('Grace to read it', () => grace.messages.length > 0);
  const [chatSince] = grace.messages;
  grace.drop();
  await grace.disconnected();
  await write(ada, 'meanwhile');
  const back = client(0);
  const { chat } = await back.get('resume', { ...membership(joined), chatSince });
  expect(chat).toMatchObject({ messages: [{ seq: 2, text: 'meanwhile' }], latest: { seq: 2 } });
  await write(ada, 'after');
  await eventually('it to be heard', () => back.messages.length > 0);
  expect(heard(back)).toEqual(['3 after']);
});

test('H9 a new connection brings no new rate', async () => {
  const ada = client(0);
  const joined = await ada.join(stage.room.key);
  await write(ada, ...Array.from({ length: chatRate.burst }, (_, i) => `${i}`));
  ada.drop();
  const back = client(1);
  await back.get('resume', membership(joined));
  await stage.redis.zadd(redisKeys.chatPace(stage.room.key), Date.now() + 60_000, joined.participantId);
  const refused = { ok: false, error: { code: 'rate_limited' } };
  expect(await back.ask('sendChat', message('more'))).toMatchObject(refused);
});

test('R3 R7 who is in no room writes and reads nothing, and what is no request for chat is refused by name', async () => {
  const stranger = client(0);
  expect(await stranger.ask('sendChat', message('hm'))).toMatchObject({ error: { code: 'not_joined' } });
  expect(await stranger.ask('chatHistory', {})).toMatchObject({ error: { code: 'not_joined' } });
  await stranger.join(stage.room.key);
  expect(await stranger.send('sendChat', { id: '1', text: 'x' })).toMatchObject({
    error: { code: 'bad_request', path: 'id' },
  });
  const either = { since: { seq: 1, at: 1 }, before: 1 };
  expect(await stranger.ask('chatHistory', either)).toMatchObject({ error: { code: 'bad_request' } });
  await write(stranger, 'fine');
  expect(heard(stranger)).toEqual(['1 fine']);
});

test('H2 H3 messages sent while their replica is killed are there once, for everyone', async () => {
  await using dying = await startReplicaProcess(stage.server.url);
  const [ada, grace] = [client(dying), client(1)];
  const joined = await ada.join(stage.room.key, 'Ada');
  await grace.join(stage.room.key, 'Grace');
  const messages = Array.from({ length: 5 }, (_, i) => message(`${i}`));
  // Some of them are answered, some are taken in without an answer, and some never arrive.
  const answers = messages.map(one => ada.ask('sendChat', one).catch(() => undefined));
  await answers[0];
  await dying.kill('SIGKILL');
  const back = client(0);
  await back.get('resume', membership(joined));
  for (const one of messages) await back.get('sendChat', one);

  const { messages: kept, latest } = await grace.get('chatHistory', {});
  expect(latest.seq).toBe(messages.length);
  expect(kept.map(({ text }) => text)).toEqual(['0', '1', '2', '3', '4']);
  await eventually('Grace to have read all', () => new Set(grace.messages.map(({ seq }) => seq)).size === 5);
  for (const one of grace.messages) expect(one).toEqual(kept[one.seq - 1]);
});
