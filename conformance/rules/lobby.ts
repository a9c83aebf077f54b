import { deepEqual, equal, ok } from 'node:assert/strict';
import type { LobbyId } from '@parley/protocol';
import type { Check } from '../check.ts';
import type { Client } from '../client.ts';
import type { Room } from '../endpoint.ts';
import type { Guest, Stage } from '../stage.ts';
import { wantRefusal } from '../wants.ts';

/** Somebody comes and has to wait. */
async function knock(stage: Stage, room: Room, displayName: string) {
  const client = stage.client();
  const join = () => client.ask('join', { room: room.key, displayName });
  const place = wantRefusal(await join(), 'in_lobby').lobby;
  return { client, join, place, id: place?.ticket.split('.')[0] as LobbyId };
}

const host = async (stage: Stage, room: Room) =>
  stage.enter(room, 'Host', await room.token({ role: 'moderator' }));

/** Resolves once the newest that the client heard of the lobby names exactly these. */
const sees = (client: Client, names: string[]) =>
  client.until(`the lobby to hold ${names}`, () => {
    const newest = client.lobbies.toSorted((one, other) => one.seq - other.seq).at(-1);
    return newest?.waiting.map(({ displayName }) => displayName).join() === names.join();
  });

const lobbyOf = async ({ client }: Guest) => (await client.get('sync', {})).lobby;

export const lobby: readonly Check[] = [
  {
    rule: 'L1',
    title: 'who may not moderate waits, and hears whether somebody is there who can let them in',
    versions: [2],
    async run(stage) {
      const room = await stage.room({ lobby: true });
      const first = await knock(stage, room, 'Ada');
      equal(first.place?.hostPresent, false);
      const { client, joined } = await host(stage, room);
      deepEqual(
        joined.lobby?.waiting.map(({ displayName }) => displayName),
        ['Ada'],
      );
      await first.client.until('waiting', () => first.client.waitings.at(-1)?.hostPresent);
      equal((await knock(stage, room, 'Grace')).place?.hostPresent, true);
      equal((await client.state()).participants.length, 1);
    },
  },
  {
    rule: 'L2',
    title: 'who asks again has the same place, and nothing else is to be had while waiting',
    versions: [2],
    async run(stage) {
      const room = await stage.room({ lobby: true });
      const guest = await knock(stage, room, 'Ada');
      await knock(stage, room, 'Grace');
      equal(wantRefusal(await guest.join(), 'in_lobby').lobby?.ticket, guest.place?.ticket);
      wantRefusal(await guest.client.ask('sync', {}), 'not_joined');
      const { joined } = await host(stage, room);
      deepEqual(
        joined.lobby?.waiting.map(({ displayName }) => displayName),
        ['Ada', 'Grace'],
      );
    },
  },
  {
    rule: 'L3',
    title: 'who is admitted hears so and joins on the same connection, and others wait on',
    versions: [2],
    async run(stage) {
      const room = await stage.room({ lobby: true });
      const { client } = await host(stage, room);
      const [ada, grace] = [await knock(stage, room, 'Ada'), await knock(stage, room, 'Grace')];
      await client.get('moderate', { action: 'admit', lobbyIds: [ada.id] });
      await ada.client.until('admitted', () => ada.client.heard.includes('admitted'));
      ok((await ada.join()).ok);
      await client.event('participantJoined');
      wantRefusal(await grace.join(), 'in_lobby');
      await sees(client, ['Grace']);
    },
  },
  {
    rule: 'L4',
    title: 'who is turned away hears so, and is not let back to the lobby at once',
    versions: [2],
    async run(stage) {
      const room = await stage.room({ lobby: true });
      const { client } = await host(stage, room);
      const guest = await knock(stage, room, 'Ada');
      await client.get('moderate', { action: 'turnAway', lobbyIds: [guest.id] });
      equal((await guest.client.goodbye()).reason, 'turned_away');
      await guest.client.disconnected();
      const ticket = guest.place?.ticket ?? '';
      const again = await stage.client().ask('join', { room: room.key, displayName: 'Ada', ticket });
      wantRefusal(again, 'turned_away');
    },
  },
  {
    rule: 'L5',
    title: 'those who may moderate hear who waits, with growing numbers, and nobody else does',
    versions: [2],
    async run(stage) {
      const room = await stage.room({ lobby: true });
      const moderating = await host(stage, room);
      const ada = await knock(stage, room, 'Ada');
      await moderating.client.get('moderate', { action: 'admit', lobbyIds: [ada.id] });
      ok((await ada.join()).ok);
      for (const name of ['Grace', 'Edsger']) await knock(stage, room, name);
      await sees(moderating.client, ['Grace', 'Edsger']);
      const numbers = moderating.client.lobbies.map(({ seq }) => seq);
      equal(new Set(numbers).size, numbers.length);
      deepEqual((await lobbyOf(moderating))?.waiting.length, 2);
      equal((await ada.client.get('sync', {})).lobby, undefined);
      equal(ada.client.lobbies.length, 0);
    },
  },
  {
    rule: 'L6',
    title: 'who lacks the right decides nothing about the lobby',
    versions: [2],
    async run(stage) {
      const room = await stage.room({ lobby: true });
      const moderating = await host(stage, room);
      const [ada, grace] = [await knock(stage, room, 'Ada'), await knock(stage, room, 'Grace')];
      await moderating.client.get('moderate', { action: 'admit', lobbyIds: [ada.id] });
      ok((await ada.join()).ok);
      for (const action of ['admit', 'turnAway'] as const) {
        wantRefusal(await ada.client.ask('moderate', { action, lobbyIds: [grace.id] }), 'forbidden');
        wantRefusal(await grace.client.ask('moderate', { action, lobbyIds: [grace.id] }), 'not_joined');
      }
      await moderating.client.get('moderate', { action: 'admit', lobbyIds: [ada.id] });
      equal((await lobbyOf(moderating))?.waiting.length, 1);
    },
  },
  {
    rule: 'L7',
    title: 'who leaves or is gone does not wait any more',
    versions: [2],
    async run(stage) {
      const room = await stage.room({ lobby: true });
      const { client } = await host(stage, room);
      const [ada, grace] = [await knock(stage, room, 'Ada'), await knock(stage, room, 'Grace')];
      await knock(stage, room, 'Edsger');
      await ada.client.get('leave', {});
      grace.client.drop();
      await sees(client, ['Edsger']);
    },
  },
  {
    rule: 'L8',
    title: 'nobody waits for a locked room',
    versions: [2],
    async run(stage) {
      const room = await stage.room({ lobby: true });
      const { client } = await host(stage, room);
      const guest = await knock(stage, room, 'Ada');
      await client.get('moderate', { action: 'lock', locked: true });
      equal((await guest.client.goodbye()).reason, 'room_locked');
      wantRefusal(await stage.client().ask('join', { room: room.key, displayName: 'Late' }), 'room_locked');
    },
  },
  {
    rule: 'L9',
    title: 'who waits hears that the meeting was ended, and that the room is gone',
    versions: [2],
    async run(stage) {
      const room = await stage.room({ lobby: true });
      const { client } = await host(stage, room);
      const ada = await knock(stage, room, 'Ada');
      await client.get('moderate', { action: 'endMeeting' });
      equal((await ada.client.goodbye()).reason, 'room_ended');
      const grace = await knock(stage, room, 'Grace');
      await room.end();
      equal((await grace.client.goodbye()).reason, 'room_ended');
    },
  },
  {
    rule: 'L10',
    title: 'who cannot wait is answered room_rejected, and one with a token for it comes in',
    versions: [1],
    async run(stage) {
      const room = await stage.room({ lobby: true });
      wantRefusal(await stage.client().ask('join', { room: room.key, displayName: 'Ada' }), 'room_rejected');
      const { client, joined } = await host(stage, room);
      equal(joined.lobby, undefined);
      equal(client.heard.includes('lobby'), false);
    },
  },
];
