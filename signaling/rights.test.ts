/** What tokens let people do, over two replicas with a real Redis and a real SFU. */
import { randomUUID } from 'node:crypto';
import { type MediaSource, type ProducerId, rightsOfRole } from '@parley/protocol';
import { expect, test } from 'vitest';
import type { TestClient } from './testing/client.ts';
import { audience, TestIssuer } from './testing/issuer.ts';
import { startReplica } from './testing/replica.ts';
import { place } from './testing/rooms.ts';
import { opus } from './testing/rtp.ts';
import { useStage } from './testing/stage.ts';

const stage = useStage({ room: { access: 'Token' } });
const { client, enter } = stage;
const publish = (by: TestClient, source: MediaSource = 'microphone') =>
  by.ask('publish', { producerId: randomUUID() as ProducerId, source, rtpParameters: opus() });
const forbidden = (message: string) => ({
  ok: false,
  error: { code: 'forbidden', message: expect.stringContaining(message) },
});

test('A2 the answer to a join says what one is and may do; others see role and identity', async () => {
  const ada = await enter({ role: 'moderator', identity: 'user-7', displayName: 'Ada' });
  expect(ada.joined).toMatchObject({ role: 'moderator', rights: rightsOfRole.moderator });
  const grace = await enter({ rights: { chat: false } }, 1);
  expect(grace.joined).toMatchObject({ role: 'speaker', rights: { ...rightsOfRole.speaker, chat: false } });
  expect(grace.joined.snapshot.participants).toMatchObject([
    { displayName: 'Ada', role: 'moderator', identity: 'user-7' },
    { displayName: 'Guest', role: 'speaker' },
  ]);
  const event = await ada.client.event('participantJoined');
  expect(event.participant).toMatchObject({ role: 'speaker' });
  expect(event.participant).not.toHaveProperty('rights');
});

test('A2 in an open room one needs no token, but one that is shown has to be right, and counts', async () => {
  await place(stage.redis, { ...stage.room, access: 'Open' });
  expect(await client().join(stage.room.key)).toMatchObject({
    role: 'speaker',
    rights: rightsOfRole.speaker,
  });
  expect((await enter({ role: 'owner' })).joined).toMatchObject({ role: 'owner' });
  const answer = await client().ask('join', {
    room: stage.room.key,
    displayName: 'Mallory',
    token: 'forged',
  });
  expect(answer).toMatchObject({ ok: false, error: { code: 'unauthenticated' } });
});

test('A3 who may not publish a source is told so, and nobody sees it', async () => {
  const ada = await enter({ rights: { publish: ['microphone'] } });
  const viewer = await enter({ role: 'viewer' });
  expect(await publish(viewer.client)).toMatchObject(forbidden('"publish" for "microphone"'));
  expect(await publish(ada.client, 'screen-audio')).toMatchObject(forbidden('"publish" for "screen-audio"'));
  expect(await publish(ada.client)).toEqual({ ok: true, value: {} });
  const { participants } = await ada.client.state();
  expect(participants.map(({ producers }) => producers.length)).toEqual([1, 0]);
});

test('A3 who comes back at another replica may do what they could before, no more and no less', async () => {
  const viewer = await enter({ role: 'viewer', identity: 'user-8' });
  const singer = await enter({ rights: { publish: ['microphone'], subscribe: false } });
  for (const { client: before, joined, id } of [viewer, singer]) {
    before.drop();
    await before.disconnected();
    const back = client(1);
    await back.get('resume', {
      room: stage.room.key,
      participantId: id,
      sessionSecret: joined.sessionSecret,
    });
    const { participants } = await back.state();
    expect(participants.find(one => one.id === id)?.role).toBe(joined.role);
    expect((await publish(back)).ok).toBe(id === singer.id);
    expect(await publish(back, 'camera')).toMatchObject(forbidden('camera'));
  }
});

test('A2 somebody whom a replica without roles let in is a speaker', async () => {
  const { client: one, id } = await enter({ role: 'viewer' });
  const key = `parley:{${stage.room.key}}:participants`;
  const { role: _role, rights: _rights, ...before } = JSON.parse((await stage.redis.hget(key, id)) ?? '{}');
  await stage.redis.hset(key, id, JSON.stringify(before));
  expect((await publish(one)).ok).toBe(true);
});

test('A4 who signs in with the organisation enters with its token, and is told when that cannot be checked', async () => {
  const issuer = await new TestIssuer().listen();
  const env = { OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: audience };
  await using replica = await startReplica(stage.server.url, env);
  const ask = (token: string) =>
    client(replica).ask('join', { room: stage.room.key, displayName: 'Guest', token });
  try {
    const { sign } = await issuer.addKey('one');
    const token = await sign({ name: 'Ada', parley: { role: 'moderator' } });
    issuer.health = 'down';
    expect(await ask(token)).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    issuer.health = 'up';
    const answer = await ask(token);
    expect(answer).toMatchObject({ ok: true, value: { role: 'moderator', rights: rightsOfRole.moderator } });
    if (answer.ok) {
      expect(answer.value.snapshot.participants).toMatchObject([{ displayName: 'Ada', identity: 'user-7' }]);
    }
  } finally {
    issuer.close();
  }
});
