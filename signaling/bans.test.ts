/** Who is shut out, over two replicas with a real Redis and a real SFU. */
import { randomUUID } from 'node:crypto';
import { type BanId, type Moderation, maxBans, type ParticipantId, redisKeys } from '@parley/protocol';
import { eventually } from '@parley/testing';
import { expect, test } from 'vitest';
import { type Grant, RoomTokens } from './access/tokens.ts';
import { RoomState } from './state/room-state.ts';
import { type TestClient, version1 } from './testing/client.ts';
import { newest, withoutInteraction } from './testing/interactive.ts';
import { secrets, startReplicaProcess } from './testing/processes.ts';
import { place } from './testing/rooms.ts';
import { type Person, useStage } from './testing/stage.ts';

const stage = useStage();
const tokens = new RoomTokens(secrets.TOKEN_SIGNING_KEY);
const from = (address: string) => ({ ...newest, extraHeaders: { 'x-forwarded-for': address } });
const [here, there] = [from('192.0.2.1'), from('192.0.2.2')];
const enter = (grant: Parameters<typeof stage.enter>[0] = {}, at = 0, options: object = here) =>
  stage.enter(grant, at, options);
/** Somebody who wants in. */
const come = async (grant: Grant = {}, at = 1, options: object = there) => {
  const token = await tokens.issue({ room: stage.room.key, ...grant }, 60);
  return stage.client(at, options).ask('join', { room: stage.room.key, displayName: 'Comer', token });
};
const decide = ({ client }: Person, moderation: Moderation) => client.ask('moderate', moderation);
const ban = (by: Person, participantId: ParticipantId) => decide(by, { action: 'ban', participantId });
const bansOf = async ({ client }: { client: TestClient }) => (await client.get('bans', {})).bans;
const done = { ok: true, value: {} };
const refused = (code: string, message = '') => ({
  ok: false,
  error: { code, message: expect.stringContaining(message) },
});
const troll = { identity: 'troll', displayName: 'Troll' };

test('O14 who is banned hears so, is out, and neither comes back nor joins anew, at any replica', async () => {
  const [host, guest, other] = [
    await enter({ role: 'moderator', displayName: 'Ada' }),
    await enter(troll, 1),
    await enter({}, 1),
  ];
  expect(await Promise.all([ban(host, guest.id), ban(host, guest.id)])).toEqual([done, done]);
  expect(await guest.client.goodbye()).toMatchObject({
    reason: 'banned',
    message: expect.stringContaining('Ada'),
  });
  await guest.client.disconnected();
  await other.client.event('participantLeft', guest.id);
  for (const at of [0, 1]) {
    expect(await come(troll, at)).toMatchObject(refused('banned', 'host'));
    expect(await stage.client(at, newest).ask('resume', guest.membership)).toMatchObject(refused('banned'));
  }
  // Even with a token that lets its bearer moderate, by an old client, and in other words then.
  expect(await come({ ...troll, role: 'moderator' })).toMatchObject(refused('banned'));
  expect(await come(troll, 0, withoutInteraction)).toMatchObject(refused('removed'));
  expect(await come(troll, 0, version1)).toMatchObject(refused('room_ended'));
  expect(await bansOf(host)).toEqual([
    {
      ...{ id: expect.any(String), at: expect.any(Number), displayName: 'Troll', identity: 'troll' },
      by: { id: host.id, displayName: 'Ada' },
    },
  ]);
  expect((await host.client.state()).participants.map(({ id }) => id)).toEqual([host.id, other.id]);
});

test('O14 everybody of an identity goes, and nobody of another', async () => {
  const [host, one, two, namesake] = [
    await enter({ role: 'moderator' }),
    await enter(troll, 1),
    await enter(troll),
    await enter({ identity: 'somebody', displayName: 'Troll' }),
  ];
  expect(await ban(host, one.id)).toEqual(done);
  for (const { client } of [one, two]) expect(await client.goodbye()).toMatchObject({ reason: 'banned' });
  expect((await host.client.state()).participants.map(({ id }) => id)).toEqual([host.id, namesake.id]);
  expect(await bansOf(host)).toHaveLength(1);
  expect(await come({ identity: 'somebody' })).toMatchObject({ ok: true });
  // Nor do they come back as nobody in particular.
  expect(await come({}, 0, here)).toMatchObject(refused('banned', 'same internet connection'));
});

test('O14 without an identity people are known by their address, and who has one or moderates is not taken for them', async () => {
  const [host, guest, neighbour] = [
    await enter({ role: 'moderator' }, 0, there),
    await enter('Guest', 1),
    await enter('Neighbour', 1),
  ];
  expect(await ban(host, guest.id)).toEqual(done);
  await guest.client.goodbye();
  expect(await come({}, 0, here)).toMatchObject(refused('banned', 'same internet connection'));
  expect(await come({}, 0, there)).toMatchObject({ ok: true });
  expect(await come({ identity: 'colleague' }, 0, here)).toMatchObject({ ok: true });
  expect(await come({ role: 'moderator' }, 0, here)).toMatchObject({ ok: true });
  // Who is in stays, and may come back.
  neighbour.client.drop();
  expect(await stage.client(0, here).ask('resume', neighbour.membership)).toMatchObject({ ok: true });
});

test('O15 a ban is lifted for whom it was about alone, and once', async () => {
  const [host, one, two] = [
    await enter({ role: 'moderator' }, 0, there),
    await enter('One', 1),
    await enter('Two', 1),
  ];
  await ban(host, one.id);
  await ban(host, two.id);
  const banned = await bansOf(host);
  expect(new Set(banned.map(({ displayName }) => displayName))).toEqual(new Set(['One', 'Two']));
  const lift = (id: BanId) => decide(host, { action: 'unban', banId: id });
  expect(await lift(banned[0]?.id as BanId)).toEqual(done);
  expect(await lift(banned[0]?.id as BanId)).toEqual(done);
  // They came from the same address.
  expect(await come({}, 0, here)).toMatchObject(refused('banned'));
  expect(await lift(banned[1]?.id as BanId)).toEqual(done);
  expect(await come({}, 0, here)).toMatchObject({ ok: true });
  expect(await bansOf(host)).toEqual([]);
});

test('O14 owners alone ban owners, and nobody bans themselves or their own identity', async () => {
  const [owner, moderator, own] = [
    await enter({ role: 'owner', identity: 'boss' }),
    await enter({ role: 'moderator', identity: 'mod' }, 1),
    await enter({ identity: 'mod' }),
  ];
  // An owner who is there twice, once as a guest.
  const asGuest = await enter({ identity: 'boss' }, 1);
  for (const { id } of [owner, asGuest]) {
    expect(await ban(moderator, id)).toMatchObject(refused('forbidden', 'owner'));
  }
  expect(await ban(moderator, moderator.id)).toMatchObject(refused('bad_request'));
  expect(await ban(moderator, own.id)).toMatchObject(refused('bad_request', 'identity'));
  expect(await ban(moderator, randomUUID() as ParticipantId)).toMatchObject(refused('not_found'));
  expect(await bansOf(owner)).toEqual([]);
  const second = await enter({ role: 'owner', identity: 'second' });
  expect(await ban(owner, second.id)).toEqual(done);
  expect(await second.client.goodbye()).toMatchObject({ reason: 'banned' });
});

test('O14 a ban lasts until the meeting is over, also when all are gone for a while', async () => {
  const [host, guest] = [await enter({ role: 'moderator' }), await enter(troll)];
  await ban(host, guest.id);
  await host.client.get('leave', {});
  await eventually('nobody to be there', async () => {
    return (await stage.redis.hlen(redisKeys.participants(stage.room.key))) === 0;
  });
  expect(await come(troll)).toMatchObject(refused('banned'));
  const back = await enter({ role: 'moderator' });
  await decide(back, { action: 'endMeeting' });
  await back.client.disconnected();
  expect(await come(troll)).toMatchObject({ ok: true });
});

test('O14 a ban outlives the replica that was asked, and one that dies on the way', async () => {
  await using dying = await startReplicaProcess(stage.server.url);
  const [host, guest] = [await stage.enter({ role: 'moderator' }, dying, newest), await enter(troll, 1)];
  // All that a replica did that then died.
  const half = new RoomState(stage.redis, () => {});
  const banId = randomUUID() as BanId;
  expect(await half.bans.ban(stage.room, host.id, guest.id, banId)).toMatchObject({ status: 'ok' });
  dying.kill('SIGKILL');
  await guest.client.disconnected();
  expect(await come(troll)).toMatchObject(refused('banned'));
  expect(await stage.client(0, newest).ask('resume', guest.membership)).toMatchObject(refused('banned'));
});

test('O14 so many are shut out at most, and then a ban has to be lifted first', async () => {
  const [host, guest] = [await enter({ role: 'moderator' }), await enter(troll)];
  const ids = Array.from({ length: maxBans }, () => randomUUID() as BanId);
  await stage.redis.hset(
    redisKeys.bans(stage.room.key),
    ids.flatMap(id => [`ban:${id}`, JSON.stringify({ id, displayName: 'Old', at: 1 })]),
  );
  expect(await ban(host, guest.id)).toMatchObject(refused('conflict', 'Lift a ban'));
  expect(guest.client.goodbyes).toEqual([]);
  await decide(host, { action: 'unban', banId: ids[0] as BanId });
  expect(await ban(host, guest.id)).toEqual(done);
  expect(await bansOf(host)).toHaveLength(maxBans);
});

test('O14 who waits in the lobby and is banned is turned away for good', async () => {
  await place(stage.redis, { ...stage.room, lobby: true });
  const host = await enter({ role: 'moderator' }, 0, there);
  const knock = async (grant: object, at: number, options: object) => {
    const client = stage.client(at, options);
    const token = await tokens.issue({ room: stage.room.key, ...grant }, 60);
    const ask = (ticket?: string) =>
      client.ask('join', { room: stage.room.key, displayName: 'Guest', token, ...(ticket && { ticket }) });
    const answer = await ask();
    const ticket = answer.ok ? '' : (answer.error.lobby?.ticket ?? '');
    return { client, answer, ask, ticket };
  };
  const comer = await knock({}, 1, here);
  const admit = { action: 'admit', lobbyIds: [comer.ticket.split('.')[0]] };
  expect(await host.client.send('moderate', admit)).toEqual(done);
  const joined = await comer.ask();
  if (!joined.ok) throw new Error(joined.error.message);
  const [same, known, stranger] = [
    await knock({}, 0, here),
    await knock({ identity: 'known' }, 1, here),
    await knock({}, 1, there),
  ];
  for (const { answer } of [same, known, stranger]) expect(answer).toMatchObject(refused('in_lobby'));
  expect(await ban(host, joined.value.participantId)).toEqual(done);
  expect(await same.client.goodbye()).toMatchObject({ reason: 'banned' });
  expect([known, stranger].flatMap(({ client }) => client.goodbyes)).toEqual([]);
  const { lobby } = await host.client.get('sync', {});
  expect(lobby?.waiting).toHaveLength(2);
  expect((await knock({}, 0, here)).answer).toMatchObject(refused('banned'));
  // By their ticket also from elsewhere.
  const moved = stage.client(1, there);
  const token = await tokens.issue({ room: stage.room.key }, 60);
  const again = { room: stage.room.key, displayName: 'Guest', token, ticket: comer.ticket };
  expect(await moved.ask('join', again)).toMatchObject(refused('banned'));
});

test('O15 who may not moderate does not see who is shut out', async () => {
  const [guest, old] = [await enter(), await enter({ role: 'moderator' }, 1, withoutInteraction)];
  expect(await guest.client.ask('bans', {})).toMatchObject(refused('forbidden', '"moderate"'));
  expect(await old.client.ask('bans', {})).toMatchObject(refused('bad_request'));
});

test('O14 O15 an application bans, owners too, sees who is banned, and lifts it, by the REST API', async () => {
  const { key } = stage.room;
  const ask = async (method: string, path: string) => {
    const headers = { authorization: `Bearer ${secrets.API_KEY}` };
    const response = await fetch(`${stage.replica(1).url}/v1/rooms/${key}/${path}`, { method, headers });
    return { status: response.status, body: response.status === 200 ? await response.json() : undefined };
  };
  const empty = await stage.newRoom();
  const nobody = await fetch(`${stage.replica(1).url}/v1/rooms/${empty.key}/bans`, {
    headers: { authorization: `Bearer ${secrets.API_KEY}` },
  });
  expect(await nobody.json()).toEqual({ bans: [] });
  const owner = await enter({ ...troll, role: 'owner' });
  expect(await ask('POST', `participants/${owner.id}/ban`)).toMatchObject({ status: 204 });
  expect(await owner.client.goodbye()).toMatchObject({ reason: 'banned' });
  expect(await come({ ...troll, role: 'owner' })).toMatchObject(refused('banned'));
  const { body } = await ask('GET', 'bans');
  expect(body).toEqual({
    bans: [{ id: expect.any(String), at: expect.any(Number), displayName: 'Troll', identity: 'troll' }],
  });
  expect(await ask('DELETE', `bans/${body.bans[0].id}`)).toMatchObject({ status: 204 });
  expect(await ask('DELETE', `bans/${body.bans[0].id}`)).toMatchObject({ status: 204 });
  expect(await come(troll)).toMatchObject({ ok: true });
});
