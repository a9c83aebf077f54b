/** What people may try at a lobby, and answers of Redis that are lost on the way, with a real Redis and a real SFU. */
import { type Answer, type LobbyId, maxLobby, type RoomKey, redisKeys } from '@parley/protocol';
import { eventually } from '@parley/testing';
import { expect, test } from 'vitest';
import { RoomTokens } from './access/tokens.ts';
import type { TestClient } from './testing/client.ts';
import { secrets } from './testing/processes.ts';
import { useStage } from './testing/stage.ts';

const stage = useStage({ room: { lobby: true } });
const tokens = new RoomTokens(secrets.TOKEN_SIGNING_KEY);
const moderator = { role: 'moderator' } as const;
const refused = (code: string) => ({ ok: false, error: { code } });

const knock = (client: TestClient, room: RoomKey, more: { token?: string; ticket?: string } = {}) =>
  client.ask('join', { room, displayName: 'Ann', ...more });

function ticketOf(answer: Answer<'join'>): string {
  if (answer.ok || answer.error.code !== 'in_lobby') throw new Error('They do not wait.');
  return answer.error.lobby?.ticket ?? '';
}

const idOf = (ticket: string) => ticket.split('.')[0] as LobbyId;
const waitingFor = (room: RoomKey) => stage.redis.hlen(redisKeys.lobby(room));

/** Whoever reads the lobby fails from here on, after the script that answered with it. */
async function spoilLobby() {
  const key = redisKeys.lobby(stage.room.key);
  await stage.redis.hset(redisKeys.lobbyBook(stage.room.key), 'uid', stage.room.uid);
  await stage.redis.hset(key, 'unreadable', '{"connection":"replica:socket"}');
  return () => stage.redis.hdel(key, 'unreadable');
}

test('L2 by one connection nobody waits in two lobbies, however often they change their mind', async () => {
  const first = stage.room;
  const second = await stage.newRoom();
  const client = stage.client();
  for (const { key } of [first, second, first, second, first]) {
    expect(await knock(client, key)).toMatchObject(refused('in_lobby'));
  }
  expect([await waitingFor(first.key), await waitingFor(second.key)]).toEqual([1, 0]);
  const host = await stage.enter(moderator);
  await host.client.get('moderate', { action: 'endMeeting' });
  expect(await client.goodbye()).toMatchObject({ reason: 'room_ended' });
});

test('L3 who was let in by a ticket and showed an identity later waits again after they were removed', async () => {
  const host = await stage.enter(moderator);
  const ticket = ticketOf(await knock(stage.client(), stage.room.key));
  await host.client.get('moderate', { action: 'admit', lobbyIds: [idOf(ticket)] });
  const token = await tokens.issue({ room: stage.room.key, identity: 'user-7' }, 60);
  const joined = await knock(stage.client(1), stage.room.key, { token, ticket });
  if (!joined.ok) throw new Error(joined.error.message);
  await host.client.get('moderate', { action: 'remove', participantId: joined.value.participantId });
  for (const proof of [{ token, ticket }, { ticket }, { token }]) {
    expect(await knock(stage.client(), stage.room.key, proof)).toMatchObject(refused('in_lobby'));
  }
});

test('L7 a place in the lobby that nobody was told of is given up', async () => {
  await stage.enter(moderator);
  const heal = await spoilLobby();
  const client = stage.client();
  expect(await knock(client, stage.room.key)).toMatchObject(refused('internal'));
  await heal();
  await eventually('the place to go', async () => (await waitingFor(stage.room.key)) === 0, 20_000);
  expect(await knock(client, stage.room.key)).toMatchObject(refused('in_lobby'));
});

test('L5 a host whose join or return fails as the lobby is read is not taken for one who is there', async () => {
  const { key } = stage.room;
  const there = await stage.enter(moderator);
  there.client.drop();
  const connection = () => stage.redis.hget(redisKeys.connections(key), there.id);
  await eventually('the grace', async () => (await connection())?.startsWith('down:'));
  const heal = await spoilLobby();
  const [joining, back] = [stage.client(), stage.client(1)];
  const token = await tokens.issue({ room: key, ...moderator }, 60);
  expect(await knock(joining, key, { token })).toMatchObject(refused('internal'));
  expect(await stage.redis.hkeys(redisKeys.participants(key))).toEqual([there.id]);
  expect(await back.ask('resume', there.membership)).toMatchObject(refused('internal'));
  expect(await connection()).toMatch(/^down:/);
  await heal();
  expect(await back.ask('resume', there.membership)).toMatchObject({ ok: true });
  expect(await knock(joining, key, { token })).toMatchObject({ ok: true });
});

test('L8 nothing of a lobby stays in Redis for ever, also where nobody began to wait', async () => {
  const host = await stage.enter(moderator);
  await host.client.get('moderate', { action: 'lock', locked: true });
  expect(await knock(stage.client(), stage.room.key)).toMatchObject(refused('room_locked'));
  const keys = await stage.redis.keys(`*{${stage.room.key}}*`);
  const lasting = keys.filter(name => name !== redisKeys.placement(stage.room.key));
  for (const name of lasting) expect([name, await stage.redis.ttl(name)]).not.toEqual([name, -1]);
});

test('L8 from one address nobody takes all places of a lobby', async () => {
  const from = (address: string) => stage.client(0, { extraHeaders: { 'x-forwarded-for': address } });
  const { key } = stage.room;
  const ticket = ticketOf(await knock(from('203.0.113.5'), key));
  const entry = await stage.redis.hget(redisKeys.lobby(key), idOf(ticket));
  const copies = Array.from({ length: maxLobby / 2 - 1 }, (_, i) => [`copy ${i}`, entry ?? ''] as const);
  await stage.redis.hset(redisKeys.lobby(key), Object.fromEntries(copies));
  expect(await knock(from('203.0.113.5'), key)).toMatchObject(refused('room_full'));
  expect(await knock(from('203.0.113.5'), key, { ticket })).toMatchObject(refused('in_lobby'));
  expect(await knock(from('203.0.113.6'), key)).toMatchObject(refused('in_lobby'));
  const token = await tokens.issue({ room: key, identity: 'user-8' }, 60);
  expect(await knock(from('203.0.113.5'), key, { token })).toMatchObject(refused('in_lobby'));
});
