/** Whose media may go directly to another, over two replicas with a real Redis and a real SFU. */
import { randomUUID } from 'node:crypto';
import { type DirectLinkId, protocolRevision, protocolVersion } from '@parley/protocol';
import { eventually } from '@parley/testing';
import { expect, test } from 'vitest';
import { type Grant, RoomTokens } from './access/tokens.ts';
import { secrets } from './testing/processes.ts';
import { place } from './testing/rooms.ts';
import { useStage } from './testing/stage.ts';

const stage = useStage({ room: { direct: true } });
const tokens = new RoomTokens(secrets.TOKEN_SIGNING_KEY);
const newest = { auth: { version: protocolVersion, revision: protocolRevision } };

/** Somebody joins who wants media to go directly, unless it is said otherwise. */
async function enter(
  { direct = true, grant }: { direct?: boolean; grant?: Grant } = {},
  at = 0,
  options: { auth: object } = newest,
) {
  const client = stage.client(at, options);
  const token = grant && (await tokens.issue({ room: stage.room.key, ...grant }, 60));
  const joined = await client.get('join', { room: stage.room.key, displayName: 'Guest', direct, token });
  const membership = {
    room: stage.room.key,
    participantId: joined.participantId,
    sessionSecret: joined.sessionSecret,
  };
  const own = joined.snapshot.participants.find(({ id }) => id === joined.participantId);
  return { client, id: joined.participantId, membership, direct: own?.direct };
}

test('D3 who says so may be reached directly, and everybody hears it, also after they came back', async () => {
  const ada = await enter();
  const grace = await enter({}, 1);
  expect([ada.direct, grace.direct]).toEqual([true, true]);
  expect((await ada.client.event('participantJoined')).participant).toMatchObject({ direct: true });
  ada.client.drop();
  await ada.client.disconnected();
  const back = stage.client(1, newest);
  await back.get('resume', ada.membership);
  expect((await back.state()).participants).toMatchObject([{ direct: true }, { direct: true }]);
});

test('D3 nobody is who does not say so, is too old, may not receive, or is in a room that does not want it', async () => {
  expect((await enter({ direct: false })).direct).toBeUndefined();
  expect((await enter({}, 0, { auth: { version: protocolVersion, revision: 4 } })).direct).toBeUndefined();
  expect((await enter({ grant: { rights: { subscribe: false } } })).direct).toBeUndefined();
  await place(stage.redis, { ...stage.room, direct: false });
  expect((await enter()).direct).toBeUndefined();
});

test('D4 signals of a direct link pass between two who both may be reached directly, as long as the room wants that', async () => {
  const [ada, grace] = [await enter(), await enter({}, 1)];
  const plain = await enter({ direct: false });
  const heard: unknown[] = [];
  grace.client.socket.on('signal', signal => heard.push(signal));
  const signal = { about: 'direct', link: randomUUID() as DirectLinkId, step: 'ended' } as const;
  const refused = { ok: false, error: { code: 'forbidden' } };
  expect(await ada.client.ask('signal', { to: grace.id, signal })).toEqual({ ok: true, value: {} });
  await eventually('the signal', () => heard.length === 1);
  expect(heard).toEqual([{ from: ada.id, signal }]);
  expect(await ada.client.ask('signal', { to: plain.id, signal })).toMatchObject(refused);
  expect(await plain.client.ask('signal', { to: ada.id, signal })).toMatchObject(refused);
  // Whatever else it is, it may be too many of them for a moment.
  const becomes = (outcome: string) =>
    eventually(`a signal to be answered ${outcome}`, async () => {
      const answer = await ada.client.ask('signal', { to: grace.id, signal });
      return outcome === (answer.ok ? 'ok' : answer.error.code);
    });
  const { key, uid } = stage.room;
  const reason = { reason: 'NotPlaced', message: 'It gets its place.' } as const;
  await place(stage.redis, { state: 'waiting', key, uid, ...reason });
  await becomes('room_not_ready');
  await place(stage.redis, stage.room);
  await becomes('ok');
  await place(stage.redis, { ...stage.room, direct: false });
  await becomes('forbidden');
});
