/** Rooms that several SFUs carry, with real SFUs, while people, replicas and SFUs come and go. */
import {
  controlApi,
  type MediaGeneration,
  type ProducerId,
  type ReadyPlacement,
  redisKeys,
} from '@parley/protocol';
import { eventually } from '@parley/testing';
import { beforeAll, expect, test, vi } from 'vitest';
import { generationOf, producersOf, story, useBranches } from './testing/branches.ts';
import { follow, moves, publishTo, several } from './testing/moving.ts';
import { secrets } from './testing/processes.ts';
import { place } from './testing/rooms.ts';
import type { Person } from './testing/stage.ts';

// Processes start slowly on a machine where other tests run.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

type Sfu = ReadyPlacement['sfu'];

const { stage, sfus, say, fill, carriedBy, on, enter, callsOf, subscribe, quietSfu, doomed, apart } =
  useBranches();
let first: Sfu;
let second: Sfu;
let third: Sfu;
beforeAll(() => {
  [first, second, third] = sfus();
});

test('V9 people spread over the SFUs of a room once the main one is full, and hear of each other from everywhere', async () => {
  const ada = await enter('Ada');
  const linus = await enter('Linus', 1);
  expect(generationOf(linus)).toBe(generationOf(ada));
  expect(await on(second)).toBeUndefined();

  await fill(first);
  const grace = await enter('Grace', 1);
  const [main, branch] = [generationOf(ada), generationOf(grace)];
  expect((await on(second))?.generation).toBe(branch);
  expect(grace.joined.snapshot).toMatchObject({ generation: main, branches: [branch] });
  expect(await ada.client.event('mediaBranches')).toMatchObject({ branches: [branch] });
  expect(await ada.client.state()).toMatchObject({ generation: main, branches: [branch] });

  const [sentByAda, sentByGrace] = [await publishTo(ada, main), await publishTo(grace, branch)];
  const theirs = (person: Person, producerId: ProducerId, generation: MediaGeneration, sfu: Sfu) => ({
    producerId,
    participant: person.id,
    source: 'microphone',
    generation,
    sfu,
  });
  expect(await subscribe(grace, second, sentByAda)).toMatchObject({
    producerIds: [sentByAda],
    elsewhere: [theirs(ada, sentByAda, main, first)],
  });
  expect(await subscribe(ada, first, sentByGrace)).toMatchObject({
    elsewhere: [theirs(grace, sentByGrace, branch, second)],
  });
  // Who is on the same SFU needs no pipe.
  expect(await subscribe(linus, first, sentByAda)).not.toHaveProperty('elsewhere');
});

test('V9 who comes goes on to the next SFU while one of them does not answer', async () => {
  const started = await quietSfu();
  await carriedBy(first, started.sfu);
  await enter('Ada');
  await fill(first);
  await started.kill('SIGKILL');
  const grace = await enter('Grace', 1);
  expect(grace.joined.snapshot).toMatchObject({ generation: generationOf(grace) });
});

test('V9 who comes first goes on to the next SFU while the main one does not answer', async () => {
  const { sfu, die } = await doomed();
  await carriedBy(sfu, second, third);
  await die();
  const ada = await enter('Ada');
  expect((await on(second))?.generation).toBe(generationOf(ada));
});

test('M8 V9 a further SFU is lost: those on it are told, alone and once, and come back where there is room', async () => {
  const { sfu, die } = await doomed();
  const { ada, grace, main, branch, sentByAda } = await apart(first, sfu);
  await die();
  // Both replicas look after it, and the operator takes it away.
  await carriedBy(first, third);
  const { loss } = await ada.client.event('mediaLost');
  for (const person of [ada, grace]) {
    await person.client.event('mediaLost');
    await eventually('all', () => story(person).length === (person === ada ? 3 : 2));
    expect(story(person).slice(-2)).toEqual([
      { type: 'mediaLost', participantId: grace.id, generation: branch, loss, several: true },
      { type: 'mediaBranches', branches: [] },
    ]);
  }
  expect(await ada.client.state()).toMatchObject({
    generation: main,
    participants: [
      { id: ada.id, producers: [{ id: sentByAda }] },
      { id: grace.id, producers: [], loss },
    ],
  });
  const media = await grace.client.get('renewMedia', {});
  expect(media.loss).toBe(loss);
  expect((await on(third))?.generation).toBe(media.generation);
  const again = await publishTo(grace, media.generation);
  expect(await producersOf(ada)).toEqual([sentByAda, again]);
  // What Ada has was not touched.
  await ada.client.get('pauseProducer', { producerId: sentByAda, paused: true, generation: main });
});

test('M8 V9 the main SFU is lost: a further one becomes that, and the others go on', async () => {
  const { sfu, die } = await doomed();
  const { ada, grace, main, branch, sentByGrace } = await apart(sfu, second);
  await die();
  // Nobody has placed it elsewhere yet.
  const request = { transportId: ada.joined.media.send.id, generation: main };
  expect(await ada.client.ask('restartIce', request)).toMatchObject({ ok: false });
  const { loss } = await grace.client.event('mediaLost');
  await eventually('the new main one', () => story(grace).length === 2);
  expect(story(grace)).toEqual([
    { type: 'mediaLost', participantId: ada.id, generation: main, loss, several: true },
    { type: 'mediaBranches', branches: [], main: branch },
  ]);
  const { generation } = await ada.client.get('renewMedia', {});
  expect(generation).toBe(branch);
  await publishTo(ada, generation);
  await carriedBy(second);
  const linus = await stage.enter('Linus', 0, moves);
  expect(generationOf(linus)).toBe(branch);
  expect(await grace.client.state()).toMatchObject({ generation: branch });
  expect(await producersOf(grace)).toContain(sentByGrace);
});

test('V5 V9 when all SFUs of a room are lost, everybody begins anew', async () => {
  const [one, other] = await Promise.all([doomed(), doomed()]);
  const { ada, grace, main, branch } = await apart(one.sfu, other.sfu);
  await Promise.all([one.die(), other.die()]);
  await carriedBy(third);
  const { generation } = await ada.client.event('mediaReset');
  expect([main, branch]).not.toContain(generation);
  const state = await grace.client.state();
  expect(state).toMatchObject({ generation, participants: [{ producers: [] }, { producers: [] }] });
  expect(state).not.toHaveProperty('branches');
  for (const { client } of [ada, grace])
    expect((await client.get('renewMedia', {})).generation).toBe(generation);
});

test('M5 V9 a further SFU that lost the room alone: who asks it for something finds out', async () => {
  const { ada, grace, branch, sentByGrace } = await apart();
  const { method, path } = controlApi.closeRoom;
  await fetch(`${second.controlUrl}${path.replace(':room', stage.room.uid)}`, {
    method,
    headers: { authorization: `Bearer ${secrets.CONTROL_TOKEN}`, 'content-type': 'application/json' },
    body: '{}',
  });
  const request = { producerId: sentByGrace, paused: true, generation: branch };
  expect(await grace.client.ask('pauseProducer', request)).toMatchObject({ error: { code: 'media_lost' } });
  expect(await ada.client.event('mediaLost')).toMatchObject({ participantId: grace.id, generation: branch });
  expect((await grace.client.get('renewMedia', {})).generation).not.toBe(branch);
});

test('V9 who comes back with another replica has the media that they had', async () => {
  const { grace, branch, sentByAda, sentByGrace } = await apart();
  const { seq, at } = await grace.client.state();
  grace.client.drop();
  const again = stage.client(0, several);
  await again.get('resume', { ...grace.membership, since: { seq, at } });
  await again.get('pauseProducer', { producerId: sentByGrace, paused: true });
  await again.get('restartIce', { transportId: grace.joined.media.send.id, generation: branch });
  const back = { ...grace, client: again };
  expect(await subscribe(back, second, sentByAda)).toMatchObject({
    elsewhere: [{ producerId: sentByAda }],
  });
});

test('V11 who knows of one SFU a room is on the main one, hears everybody, and nobody waits for them', async () => {
  const { ada, grace, main, branch, sentByGrace } = await apart();
  const old = await stage.enter('Old', 0, moves);
  expect(generationOf(old)).toBe(main);
  const { participants } = old.joined.snapshot;
  expect(old.joined.snapshot).not.toHaveProperty('branches');
  for (const producer of participants.flatMap(({ producers }) => producers)) {
    expect(producer).not.toHaveProperty('generation');
  }
  expect(await subscribe(old, first, sentByGrace)).toMatchObject({
    elsewhere: [{ generation: branch }],
  });

  await say(first, {});
  await carriedBy(first);
  await follow(grace, branch);
  for (const { client } of [ada, grace]) await client.get('finishMove', { generation: main });
  expect((await grace.client.state()).former).toBe(branch);
  const { seq, at } = old.joined.snapshot;
  const missed = await old.client.get('sync', { since: { seq, at } });
  expect(missed).toHaveProperty('snapshot');
  await grace.client.event('moveFinished');
  const types = old.client.events.map(({ type }) => type);
  expect(types).not.toContain('mediaMoved');
  expect(types).not.toContain('mediaBranches');
});

test('V11 who knows of one SFU a room hears of the loss of the main one by asking', async () => {
  const { sfu, die } = await doomed();
  const { grace, branch } = await apart(sfu, second);
  const old = await stage.enter('Old', 0, moves);
  await die();
  await carriedBy(second);
  await grace.client.event('mediaLost', old.id);
  const { seq, at } = old.joined.snapshot;
  const missed = await old.client.get('sync', { since: { seq, at } });
  expect(missed).toMatchObject({ snapshot: { generation: branch } });
  const media = await old.client.get('renewMedia', {});
  expect(media.generation).toBe(branch);
  await publishTo(old, branch);
});

test('V8 V9 what moderators do, and leaving, is done on the SFU where it is', async () => {
  const { ada, grace, branch, sentByGrace } = await apart();
  const host = await stage.enter({ displayName: 'Host', role: 'moderator' }, 0, several);
  const linus = await enter('Linus');
  await publishTo(linus, generationOf(linus));
  expect(generationOf(linus)).toBe(branch);
  expect((await on(second))?.producers).toBe(2);
  const pauses = () => callsOf(second).filter(call => call.endsWith(`${sentByGrace}/pause`)).length;
  await host.client.get('moderate', { action: 'mute', participantId: grace.id, sources: ['microphone'] });
  expect(pauses()).toBe(1);
  await host.client.get('moderate', { action: 'setRole', participantId: grace.id, role: 'viewer' });
  await eventually('the end of it', async () => (await on(second))?.producers === 1);
  await linus.client.get('leave', {});
  expect((await on(second))?.producers).toBe(0);
  const before = (await on(second))?.participants ?? 0;
  await host.client.get('moderate', { action: 'remove', participantId: grace.id });
  await eventually('their end', async () => (await on(second))?.participants === before - 1);
  expect((await on(first))?.participants).toBeGreaterThan(0);
  await ada.client.event('participantLeft', grace.id);
});

test('G5 V9 a room that ends is closed on all its SFUs', async () => {
  const { ada } = await apart();
  const { key, uid } = stage.room;
  await place(stage.redis, { state: 'ended', key, uid });
  await ada.client.goodbye();
  await eventually('the end on the further one', async () => (await on(second)) === undefined);
  expect(await stage.redis.exists(redisKeys.links(key), redisKeys.room(key))).toBe(0);
});
