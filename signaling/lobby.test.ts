/** People who wait to be let in, over two replicas with a real Redis and a real SFU. */
import { randomUUID } from 'node:crypto';
import {
  type Answer,
  type Lobby,
  type LobbyId,
  type Moderation,
  maxLobby,
  type ReadyPlacement,
  redisKeys,
  rightsOfRole,
} from '@parley/protocol';
import { eventually } from '@parley/testing';
import { expect, test } from 'vitest';
import { RoomTokens } from './access/tokens.ts';
import { RoomState } from './state/room-state.ts';
import { type TestClient, version1 } from './testing/client.ts';
import { secrets, startReplicaProcess } from './testing/processes.ts';
import { place } from './testing/rooms.ts';
import { type Person, useStage } from './testing/stage.ts';

const stage = useStage({ room: { lobby: true } });
const tokens = new RoomTokens(secrets.TOKEN_SIGNING_KEY);
const moderator = { role: 'moderator' } as const;
const done = { ok: true, value: {} };
const refused = (code: string, message = '') => ({
  ok: false,
  error: { code, message: expect.stringContaining(message) },
});

type Server = Parameters<typeof stage.client>[0];

/** A connection, and what it hears of a lobby. */
function listener(at: Server = 0, options?: Parameters<typeof stage.client>[1]) {
  const client = stage.client(at, options);
  return { client, ...hearing(client) };
}

function hearing({ socket }: TestClient) {
  const lobbies: Lobby[] = [];
  const hosts: boolean[] = [];
  const heard = { lobbies, hosts, admitted: 0 };
  socket.on('lobby', (lobby: Lobby) => lobbies.push(lobby));
  socket.on('waiting', ({ hostPresent }: { hostPresent: boolean }) => hosts.push(hostPresent));
  socket.on('admitted', () => heard.admitted++);
  return { heard };
}

/** Somebody comes to the lobby. */
async function knock(
  displayName = 'Guest',
  at: Server = 0,
  { address, ...more }: { token?: string; ticket?: string; address?: string } = {},
) {
  const { client, heard } = listener(at, address ? { extraHeaders: { 'x-forwarded-for': address } } : {});
  const request = { room: stage.room.key, displayName, ...more };
  const ask = () => client.ask('join', request);
  const answer = await ask();
  return { client, heard, ask, answer, ticket: ticketOf(answer) };
}

function ticketOf(answer: Answer<'join'>): string {
  if (answer.ok || answer.error.code !== 'in_lobby') return '';
  return answer.error.lobby?.ticket ?? '';
}

const idOf = (ticket: string) => ticket.split('.')[0] as LobbyId;
const decide = ({ client }: Pick<Person, 'client'>, moderation: Moderation) =>
  client.ask('moderate', moderation);
const lobbyOf = async ({ client }: Pick<Person, 'client'>) => (await client.get('sync', {})).lobby;
const names = (lobby: Lobby | undefined) => lobby?.waiting.map(({ displayName }) => displayName);

/** A host comes in and hears of the lobby. */
async function host(at: Server = 0, grant: Parameters<typeof stage.enter>[0] = moderator) {
  const person = await stage.enter(grant, at);
  const { heard } = hearing(person.client);
  return { ...person, heard };
}

const sees = (one: { heard: { lobbies: Lobby[] } }, expected: string[]) =>
  eventually(`the lobby to hold ${expected}`, () => {
    const newest = one.heard.lobbies.toSorted((a, b) => a.seq - b.seq).at(-1);
    return names(newest)?.join() === expected.join();
  });

test('L1 who may not moderate waits, the longest first; who may comes in and hears who waits', async () => {
  const [first, second] = [await knock('Ann'), await knock('Ben', 1)];
  expect(first.answer).toMatchObject(refused('in_lobby', 'Nobody is there yet'));
  expect(first.answer).toMatchObject({ error: { lobby: { hostPresent: false } } });
  const moderating = await host();
  expect(names(moderating.joined.lobby)).toEqual(['Ann', 'Ben']);
  await eventually('both to hear of the host', () => [first, second].every(({ heard }) => heard.hosts[0]));
  const third = await knock('Cem', 1);
  expect(third.answer).toMatchObject(refused('in_lobby', 'soon'));
  expect(third.answer).toMatchObject({ error: { lobby: { hostPresent: true } } });
  await sees(moderating, ['Ann', 'Ben', 'Cem']);
  expect((await moderating.client.state()).participants).toHaveLength(1);
});

test('L2 who waits keeps their connection, and asking again changes nothing', async () => {
  const moderating = await host();
  const guest = await knock('Ann', 1);
  await sees(moderating, ['Ann']);
  const again = await guest.ask();
  expect(ticketOf(again)).toBe(guest.ticket);
  expect(await guest.client.ask('chatHistory', {})).toMatchObject(refused('not_joined'));
  expect(names(await lobbyOf(moderating))).toEqual(['Ann']);
  expect(moderating.heard.lobbies).toHaveLength(1);
});

test('L3 who is admitted hears so, joins on the same connection, and is expected once', async () => {
  const moderating = await host();
  const [guest, other] = [await knock('Ann', 1), await knock('Ben')];
  expect(await decide(moderating, { action: 'admit', lobbyIds: [idOf(guest.ticket)] })).toEqual(done);
  await eventually('the word', () => guest.heard.admitted === 1);
  expect(await guest.ask()).toMatchObject({ ok: true });
  await moderating.client.event('participantJoined');
  await sees(moderating, ['Ben']);
  expect(other.heard.admitted).toBe(0);
  expect(await other.ask()).toMatchObject(refused('in_lobby'));
  const gone = randomUUID() as LobbyId;
  const rest: Moderation = { action: 'admit', lobbyIds: [gone, idOf(other.ticket), idOf(guest.ticket)] };
  expect(await decide(moderating, rest)).toEqual(done);
  await eventually('the word', () => other.heard.admitted === 1);
  expect(await other.ask()).toMatchObject({ ok: true });
  await sees(moderating, []);
});

test('L3 who was admitted comes in with their ticket at another replica, and again after their session was lost', async () => {
  const moderating = await host();
  const guest = await knock('Ann');
  expect(await decide(moderating, { action: 'admit', lobbyIds: [idOf(guest.ticket)] })).toEqual(done);
  guest.client.drop();
  for (const replica of [1, 0]) {
    const { client, answer } = await knock('Ann', replica, { ticket: guest.ticket });
    expect(answer).toMatchObject({ ok: true });
    await client.get('leave', {});
  }
  const [id] = guest.ticket.split('.');
  for (const ticket of [`${id}.guessed`, `${id}`, 'nonsense', '']) {
    expect((await knock('Eve', 0, { ticket })).answer).toMatchObject(refused('in_lobby'));
  }
});

test('L3 an identity is let in once, and waits again after it was removed', async () => {
  const moderating = await host();
  const token = await tokens.issue({ room: stage.room.key, identity: 'user-7' }, 60);
  const guest = await knock('Ann', 1, { token });
  await decide(moderating, { action: 'admit', lobbyIds: [idOf(guest.ticket)] });
  const elsewhere = await knock('Ann', 0, { token });
  expect(elsewhere.answer).toMatchObject({ ok: true });
  const { participantId } = await moderating.client.event('participantJoined').then(e => ({
    participantId: e.participant.id,
  }));
  expect(await decide(moderating, { action: 'remove', participantId })).toEqual(done);
  const back = await knock('Ann', 0, { token, ticket: guest.ticket });
  expect(back.answer).toMatchObject(refused('in_lobby'));
});

test('L3 who was removed waits again, whatever they show', async () => {
  const moderating = await host();
  const guest = await knock('Ann');
  await decide(moderating, { action: 'admit', lobbyIds: [idOf(guest.ticket)] });
  const joined = await guest.ask();
  if (!joined.ok) throw new Error(joined.error.message);
  await decide(moderating, { action: 'remove', participantId: joined.value.participantId });
  expect((await knock('Ann', 1, { ticket: guest.ticket })).answer).toMatchObject(refused('in_lobby'));
});

test('L4 who is turned away hears so, and does not ask again at once', async () => {
  const moderating = await host();
  const guest = await knock('Ann', 1);
  expect(await decide(moderating, { action: 'turnAway', lobbyIds: [idOf(guest.ticket)] })).toEqual(done);
  expect(await guest.client.goodbye()).toMatchObject({ reason: 'turned_away' });
  await guest.client.disconnected();
  await sees(moderating, []);
  expect((await knock('Ann', 0, { ticket: guest.ticket })).answer).toMatchObject(refused('turned_away'));
  const book = redisKeys.lobbyBook(stage.room.key);
  const until = Number((await stage.redis.hget(book, `lobby:${idOf(guest.ticket)}`))?.slice('out:'.length));
  expect(until - Date.now()).toBeLessThanOrEqual(61_000);
  // A minute later.
  await stage.redis.hset(book, `lobby:${idOf(guest.ticket)}`, 'out:1');
  expect((await knock('Ann', 0, { ticket: guest.ticket })).answer).toMatchObject(refused('in_lobby'));
});

test('L4 without an identity the address counts, and no other does', async () => {
  const moderating = await host();
  const address = '203.0.113.5';
  const guest = await knock('Ann', 1, { address });
  await decide(moderating, { action: 'turnAway', lobbyIds: [idOf(guest.ticket)] });
  expect((await knock('Ben', 0, { address })).answer).toMatchObject(refused('turned_away', 'same internet'));
  const { ticket } = guest;
  expect((await knock('Ann', 0, { address, ticket })).answer).toMatchObject(
    refused('turned_away', 'did not let you in'),
  );
  expect((await knock('Cem', 0, { address: '203.0.113.6' })).answer).toMatchObject(refused('in_lobby'));
  const token = await tokens.issue({ room: stage.room.key, identity: 'user-8' }, 60);
  expect((await knock('Dan', 0, { address, token })).answer).toMatchObject(refused('in_lobby'));
});

test('L4 an identity that is turned away stays away with another ticket, and is let in by a later word', async () => {
  const moderating = await host();
  const token = await tokens.issue({ room: stage.room.key, identity: 'user-7' }, 60);
  const guest = await knock('Ann', 1, { token });
  await decide(moderating, { action: 'turnAway', lobbyIds: [idOf(guest.ticket)] });
  expect((await knock('Ann', 0, { token })).answer).toMatchObject(refused('turned_away'));
  await stage.redis.hset(redisKeys.lobbyBook(stage.room.key), 'identity:user-7', 'out:1');
  const later = await knock('Ann', 0, { token });
  await decide(moderating, { action: 'admit', lobbyIds: [idOf(later.ticket)] });
  expect(await later.ask()).toMatchObject({ ok: true });
});

test('L5 those who may moderate hear of the lobby, and nobody else, as their rights stand', async () => {
  const owner = await host(0, { role: 'owner' });
  const named = await host(1, { rights: { moderate: true } });
  const guest = await knock('Ann', 1);
  await decide(owner, { action: 'admit', lobbyIds: [idOf(guest.ticket)] });
  const speaker = await guest.ask();
  if (!speaker.ok) throw new Error(speaker.error.message);
  const heard = hearing(guest.client);
  expect(speaker.value.lobby).toBeUndefined();
  await knock('Ben');
  await sees(owner, ['Ben']);
  await sees(named, ['Ben']);
  const { participantId } = speaker.value;
  expect(await lobbyOf(guest)).toBeUndefined();
  expect(await decide(owner, { action: 'setRole', participantId, role: 'moderator' })).toEqual(done);
  await sees(heard, ['Ben']);
  expect(names(await lobbyOf(guest))).toEqual(['Ben']);
  expect(await decide(owner, { action: 'setRole', participantId, role: 'speaker' })).toEqual(done);
  const before = heard.heard.lobbies.length;
  await knock('Cem', 1);
  await sees(owner, ['Ben', 'Cem']);
  expect(await lobbyOf(guest)).toBeUndefined();
  expect(heard.heard.lobbies).toHaveLength(before);
  expect(guest.heard.lobbies.every(lobby => names(lobby)?.join() === 'Ben')).toBe(true);
});

test('L5 a host who comes back is told the lobby of now', async () => {
  const moderating = await host();
  moderating.client.drop();
  await knock('Ann', 1);
  const back = await stage.client(1).get('resume', moderating.membership);
  expect(names(back.lobby)).toEqual(['Ann']);
});

test('L5 each change of a lobby has a greater number, whichever replica it is made by', async () => {
  const moderating = await host();
  const guests = await Promise.all(Array.from({ length: 6 }, (_, i) => knock(`Guest ${i}`, i % 2)));
  await eventually('all', async () => (await lobbyOf(moderating))?.waiting.length === 6);
  const all = guests.map(({ ticket }) => idOf(ticket));
  await Promise.all([
    decide(moderating, { action: 'admit', lobbyIds: all.slice(0, 3) }),
    decide(moderating, { action: 'turnAway', lobbyIds: all.slice(3) }),
  ]);
  await sees(moderating, []);
  const bySeq = moderating.heard.lobbies.toSorted((a, b) => a.seq - b.seq);
  expect(new Set(bySeq.map(({ seq }) => seq)).size).toBe(bySeq.length);
  expect(await lobbyOf(moderating)).toEqual(bySeq.at(-1));
});

test('L6 without the right nobody decides about those who wait', async () => {
  const moderating = await host();
  const [guest, other] = [await knock('Ann'), await knock('Ben', 1)];
  await decide(moderating, { action: 'admit', lobbyIds: [idOf(guest.ticket)] });
  expect(await guest.ask()).toMatchObject({ ok: true });
  for (const action of ['admit', 'turnAway'] as const) {
    const moderation = { action, lobbyIds: [idOf(other.ticket)] };
    expect(await decide(guest, moderation)).toMatchObject(refused('forbidden', '"moderate"'));
    expect(await decide(other, moderation)).toMatchObject(refused('not_joined'));
  }
  expect(names(await lobbyOf(moderating))).toEqual(['Ben']);
});

test('L7 who leaves or whose connection is gone does not wait any more; who is back soon keeps their place', async () => {
  const moderating = await host();
  const [ann, ben, cem] = [await knock('Ann'), await knock('Ben', 1), await knock('Cem')];
  ann.client.drop();
  const back = await knock('Ann', 1, { ticket: ann.ticket });
  expect(back.ticket).toBe(ann.ticket);
  expect(await ben.client.ask('leave', {})).toEqual(done);
  await sees(moderating, ['Ann', 'Cem']);
  cem.client.drop();
  await sees(moderating, ['Ann']);
  expect(await back.ask()).toMatchObject(refused('in_lobby'));
  await decide(moderating, { action: 'admit', lobbyIds: [idOf(ann.ticket)] });
  await eventually('the word', () => back.heard.admitted > 0);
});

test('L7 those of a replica that was killed go, and those of one that stops are back in their places', {
  timeout: 120_000,
}, async () => {
  const moderating = await host();
  const [killed, stopped] = await Promise.all([
    startReplicaProcess(stage.server.url),
    startReplicaProcess(stage.server.url),
  ]);
  stage.use(killed);
  stage.use(stopped);
  await knock('Ann', killed);
  const ben = await knock('Ben', stopped);
  await sees(moderating, ['Ann', 'Ben']);
  const ended = stopped.kill('SIGTERM');
  await ben.client.disconnected();
  expect((await knock('Ben', 1, { ticket: ben.ticket })).ticket).toBe(ben.ticket);
  await knock('Cem');
  await killed.kill('SIGKILL');
  await eventually(
    'who waited there to go',
    async () => names(await lobbyOf(moderating))?.[0] === 'Ben',
    30_000,
  );
  await sees(moderating, ['Ben', 'Cem']);
  expect(await ended).toBe(0);
});

test('L8 a lobby holds so many and no more, and nobody waits for a room that is full or locked', async () => {
  const moderating = await host();
  const first = await knock('Ann');
  const entry = await stage.redis.hget(redisKeys.lobby(stage.room.key), idOf(first.ticket));
  const fill = Array.from({ length: maxLobby - 1 }, () => [randomUUID(), entry ?? '']).flat();
  await stage.redis.hset(redisKeys.lobby(stage.room.key), ...(fill as [string, string]));
  expect((await knock('Ben', 1)).answer).toMatchObject(refused('room_full', 'wait'));
  expect(await first.ask()).toMatchObject(refused('in_lobby'));
  expect(await decide(moderating, { action: 'lock', locked: true })).toEqual(done);
  expect(await first.client.goodbye()).toMatchObject({ reason: 'room_locked' });
  await sees(moderating, []);
  expect((await knock('Cem')).answer).toMatchObject(refused('room_locked'));
});

test('L8 a full room is answered room_full, and whoever waits already waits on', async () => {
  const small = await place(stage.redis, { ...stage.room, maxParticipants: 2 });
  expect(small.key).toBe(stage.room.key);
  const guest = await knock('Ann');
  await Promise.all([host(), host(1)]);
  expect((await knock('Ben')).answer).toMatchObject(refused('room_full'));
  expect(await guest.ask()).toMatchObject(refused('in_lobby'));
});

test('L9 who waits is admitted when the lobby is switched off', async () => {
  const [ann, ben] = [await knock('Ann'), await knock('Ben', 1)];
  await place(stage.redis, { ...stage.room, lobby: false });
  for (const guest of [ann, ben]) {
    await eventually('the word', () => guest.heard.admitted > 0);
    expect(await guest.ask()).toMatchObject({ ok: true });
  }
  expect((await knock('Cem')).answer).toMatchObject({ ok: true });
  await place(stage.redis, { ...stage.room, lobby: true });
  expect((await knock('Dan')).answer).toMatchObject(refused('in_lobby'));
});

test('L9 who waits hears that the room closes, ends, or that its meeting does', async () => {
  const { key, uid } = stage.room;
  const ann = await knock('Ann', 1);
  const moderating = await host();
  expect(await decide(moderating, { action: 'endMeeting' })).toEqual(done);
  expect(await ann.client.goodbye()).toMatchObject({ reason: 'room_ended' });
  const ben = await knock('Ben', 1);
  const closed = { state: 'closed', key, uid, reason: 'Suspended', message: 'Closed.' } as const;
  await place(stage.redis, closed);
  expect(await ben.client.goodbye()).toMatchObject({
    reason: 'room_closed',
    closed: { reason: 'Suspended' },
  });
  await eventually('the lobby to be gone', async () => !(await stage.redis.exists(redisKeys.lobby(key))));
  await place(stage.redis, stage.room);
  const cem = await knock('Cem');
  await place(stage.redis, { state: 'ended', key, uid });
  expect(await cem.client.goodbye()).toMatchObject({ reason: 'room_ended' });
});

test('L9 who is admitted to a meeting that is over waits for the next one', async () => {
  const moderating = await host();
  const guest = await knock('Ann');
  await decide(moderating, { action: 'admit', lobbyIds: [idOf(guest.ticket)] });
  await decide(moderating, { action: 'endMeeting' });
  expect((await knock('Ann', 1, { ticket: guest.ticket })).answer).toMatchObject(refused('in_lobby'));
});

test('L3 L4 what replicas tell each other may be lost: who waits finds out all the same', async () => {
  const moderating = await host();
  const [ann, ben] = [await knock('Ann'), await knock('Ben', 1)];
  // All that a replica did that then died.
  const dying = new RoomState(stage.redis, () => {});
  const { moderation } = dying;
  const by = moderating.id;
  expect(await moderation.decideLobby(stage.room, by, 'in', [idOf(ann.ticket)])).toMatchObject({
    status: 'ok',
  });
  expect(await moderation.decideLobby(stage.room, by, { outMs: 60_000 }, [idOf(ben.ticket)])).toMatchObject({
    status: 'ok',
  });
  await eventually('the word', () => ann.heard.admitted > 0, 20_000);
  expect(await eventually('goodbye', () => ben.client.goodbyes[0], 20_000)).toMatchObject({
    reason: 'turned_away',
  });
});

test('L7 who waits in a state that Redis lost comes again', async () => {
  const guest = await knock('Ann');
  await stage.redis.del(redisKeys.lobby(stage.room.key), redisKeys.lobbyBook(stage.room.key));
  await eventually('the end', () => !guest.client.socket.connected, 20_000);
  const back = await knock('Ann', 1, { ticket: guest.ticket });
  expect(back.answer).toMatchObject(refused('in_lobby'));
  expect(guest.client.goodbyes).toEqual([]);
});

test('L10 version 1 hears room_rejected, does not wait and hears nothing of lobbies', async () => {
  const old = listener(1, version1);
  const request = { room: stage.room.key, displayName: 'Old' };
  expect(await old.client.ask('join', request)).toMatchObject(refused('room_rejected', 'Reload'));
  const token = await tokens.issue({ room: stage.room.key, ...moderator }, 60);
  expect(await old.client.ask('join', { ...request, token })).toMatchObject({ ok: true });
  const moderating = await host();
  await knock('Ann');
  await sees(moderating, ['Ann']);
  expect(await old.client.ask('snapshot', {})).toMatchObject({ ok: true });
  expect(old.heard.lobbies).toEqual([]);
});

test('L1 a lobby of a Room that is gone is not that of its successor', async () => {
  await knock('Ann');
  const successor: ReadyPlacement = { ...stage.room, uid: randomUUID() as ReadyPlacement['uid'] };
  await stage.redis.set(redisKeys.placement(stage.room.key), JSON.stringify(successor));
  await knock('Ben', 1);
  const moderating = await host();
  expect(names(moderating.joined.lobby)).toEqual(['Ben']);
  expect(moderating.joined.rights).toEqual(rightsOfRole.moderator);
});
