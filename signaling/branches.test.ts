/** Rooms that several SFUs carry, with real SFUs, while people, replicas and SFUs come and go. */
import { randomUUID } from 'node:crypto';
import {
  controlApi,
  type MediaGeneration,
  type ProducerId,
  type ReadyPlacement,
  type RoomEvent,
  redisKeys,
  type TransportId,
} from '@parley/protocol';
import { eventually, startRedis } from '@parley/testing';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { ControlProxy } from './testing/control-proxy.ts';
import { follow, moves, publishTo, several } from './testing/moving.ts';
import { secrets, startReplicaProcess } from './testing/processes.ts';
import { place } from './testing/rooms.ts';
import { saySfu, startQuietSfu } from './testing/several.ts';
import { roomOnSfu } from './testing/sfu-view.ts';
import { connectTo, type Person, useStage } from './testing/stage.ts';

// Processes start slowly on a machine where other tests run.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

type Sfu = ReadyPlacement['sfu'];

const stage = useStage({ settings: { MOVE_DEADLINE_SECONDS: '60', GRACE_SECONDS: '30' } });
let elsewhere: Parameters<typeof startQuietSfu>[1];
let proxies: [ControlProxy, ControlProxy, ControlProxy];
let first: Sfu;
let second: Sfu;
let third: Sfu;

const another = async () => {
  const { sfu } = stage.keep(await startQuietSfu(stage.redis, elsewhere));
  return stage.keep(await ControlProxy.before(sfu));
};
beforeAll(async () => {
  const { url } = stage.keep(await startRedis());
  const redis = await connectTo({ REDIS_URL: url });
  stage.keep({ [Symbol.dispose]: () => redis.disconnect() });
  elsewhere = { url, redis };
  proxies = await Promise.all([another(), another(), another()]);
  [first, second, third] = [proxies[0].sfu, proxies[1].sfu, proxies[2].sfu];
});
beforeEach(async () => {
  for (const sfu of [first, second, third]) await say(sfu, {});
  await carriedBy(first, second);
});

const say = (sfu: Sfu, of: Parameters<typeof saySfu>[2]) => saySfu(stage.redis, sfu, of);
const fill = (sfu: Sfu) => say(sfu, { used: 0.9 });
/** Does what the operator does to have a room carried by these. */
const carriedBy = (sfu: Sfu, ...further: Sfu[]) => place(stage.redis, { ...stage.room, sfu, further });
const on = (sfu: Sfu) => roomOnSfu({ ...stage.room, sfu });
const enter = (name: string, at = 0) => stage.enter(name, at, several);
const generationOf = ({ joined }: Person) => joined.media.generation;

/** They receive this over the media that they have; answers with what the SFU was asked. */
async function subscribe({ client, joined }: Person, by: ControlProxy, ...producerIds: ProducerId[]) {
  const { routerRtpCapabilities: rtpCapabilities, generation } = joined.media;
  const answer = await client.get('subscribe', { producerIds, rtpCapabilities, generation });
  expect(answer.refused).toEqual([]);
  expect(answer.consumers.map(({ producerId }) => producerId)).toEqual(producerIds);
  return by.asked.at(-1);
}

/** An SFU for a test that ends it. */
async function doomed() {
  const started = stage.use(await startQuietSfu(stage.redis, elsewhere));
  return {
    sfu: started.sfu,
    /** It is gone, and its lease is over. */
    async die() {
      await started.kill('SIGKILL');
      await stage.redis.del(redisKeys.sfu(started.sfu.pod));
    },
  };
}

/** What was said of the room's media, in the order in which it was done. */
const story = ({ client: { events } }: Person) =>
  events
    .toSorted((one, other) => one.seq - other.seq)
    .filter(({ type }) => /^(media|move)/.test(type))
    .map(({ seq: _seq, at: _at, after: _after, ...event }: RoomEvent) => event);
const producersOf = async ({ client }: Person) =>
  (await client.state()).participants.flatMap(({ producers }) => producers.map(({ id }) => id));

/** Ada on the main SFU and Grace, with another replica, on a further one; both send. */
async function apart(sfu = first, further = second) {
  await carriedBy(sfu, further);
  const ada = await enter('Ada');
  await fill(sfu);
  const grace = await enter('Grace', 1);
  const [main, branch] = [generationOf(ada), generationOf(grace)];
  expect(branch).not.toBe(main);
  const [sentByAda, sentByGrace] = [await publishTo(ada, main), await publishTo(grace, branch)];
  return { ada, grace, main, branch, sentByAda, sentByGrace };
}

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
  expect(await subscribe(grace, proxies[1], sentByAda)).toMatchObject({
    producerIds: [sentByAda],
    elsewhere: [theirs(ada, sentByAda, main, first)],
  });
  expect(await subscribe(ada, proxies[0], sentByGrace)).toMatchObject({
    elsewhere: [theirs(grace, sentByGrace, branch, second)],
  });
  // Who is on the same SFU needs no pipe.
  expect(await subscribe(linus, proxies[0], sentByAda)).not.toHaveProperty('elsewhere');
});

test('V9 who comes goes on to the next SFU while one of them does not answer', async () => {
  const started = stage.use(await startQuietSfu(stage.redis, elsewhere));
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

test('V10 one SFU of several is left: its people move to where there is room, and the others keep what they have', async () => {
  const { ada, grace, main, branch, sentByAda, sentByGrace } = await apart();
  await say(first, {});
  await carriedBy(first);
  for (const { client } of [ada, grace]) {
    expect(await client.moved(branch)).toMatchObject({ generation: main, from: branch, main });
  }
  expect(await ada.client.state()).toMatchObject({ generation: main, former: branch });
  expect(await producersOf(ada)).toEqual([sentByAda, sentByGrace]);
  expect(await follow(grace, branch)).toBe(main);
  const again = await publishTo(grace, main);
  // What still flows elsewhere can be had from here.
  expect(await subscribe(ada, proxies[0], again, sentByGrace)).toMatchObject({
    producerIds: [again, sentByGrace],
    elsewhere: [{ producerId: sentByGrace, generation: branch, sfu: second }],
  });
  await ada.client.get('finishMove', { generation: main });
  expect((await on(second))?.producers).toBe(1);
  await grace.client.get('finishMove', { generation: main });
  for (const { client } of [ada, grace]) await client.event('moveFinished');
  expect(await on(second)).toBeUndefined();
  expect(await producersOf(grace)).toEqual([sentByAda, again]);
  expect(await grace.client.state()).not.toHaveProperty('branches');
});

test('V10 an SFU is left while another of the room does not answer', async () => {
  const silent = stage.use(await startQuietSfu(stage.redis, elsewhere));
  const { grace, branch } = await apart(silent.sfu, second);
  await silent.kill('SIGKILL');
  await say(silent.sfu, {});
  await carriedBy(silent.sfu, third);
  const { generation } = await grace.client.moved(branch);
  expect((await on(third))?.generation).toBe(generation);
});

test('V4 V10 who asks the SFU that is left for what is gone there does not end the move', async () => {
  const { ada, grace, main, branch, sentByGrace } = await apart();
  await say(first, {});
  await carriedBy(first, third);
  await grace.client.moved(branch);
  const request = { transportId: randomUUID() as TransportId, generation: branch };
  expect(await grace.client.ask('restartIce', request)).toMatchObject({ error: { code: 'not_found' } });
  expect(await ada.client.state()).toMatchObject({ generation: main, former: branch });
  expect((await on(second))?.producers).toBe(1);
  expect(await producersOf(ada)).toContain(sentByGrace);
});

test('V10 an SFU that a room is just leaving takes nobody until the move is over, and then begins anew', async () => {
  const { ada, grace, main, branch } = await apart();
  await say(first, {});
  await carriedBy(first);
  await follow(grace, branch);
  await fill(first);
  await carriedBy(first, second);
  expect(generationOf(await enter('Linus'))).toBe(main);
  for (const { client } of [ada, grace]) await client.get('finishMove', { generation: main });
  await ada.client.event('moveFinished');
  const joan = await enter('Joan');
  expect([main, branch]).not.toContain(generationOf(joan));
  expect((await on(second))?.generation).toBe(generationOf(joan));
});

test('V10 the main SFU of several is left for another one, and the further one stays', async () => {
  const { ada, grace, main, branch, sentByGrace } = await apart();
  await fill(second);
  await carriedBy(third, second);
  const moved = await grace.client.moved(main);
  const { generation: next } = moved;
  expect((await on(third))?.generation).toBe(next);
  expect(moved).toMatchObject({ main: next, branches: [branch] });
  expect(await follow(ada, main)).toBe(next);
  const again = await publishTo(ada, next);
  expect(await subscribe(grace, proxies[1], again)).toMatchObject({
    elsewhere: [{ generation: next, sfu: third }],
  });
  await grace.client.get('finishMove', { generation: branch });
  await ada.client.get('finishMove', { generation: next });
  await ada.client.event('moveFinished');
  expect(await on(first)).toBeUndefined();
  expect(await producersOf(ada)).toEqual(expect.arrayContaining([again, sentByGrace]));
});

test('V5 V10 a new main SFU that dies half-way: those who were on it begin anew, and the move goes on', async () => {
  const { sfu, die } = await doomed();
  const { ada, grace, main, branch, sentByAda } = await apart();
  const linus = await stage.enter('Linus', 0, moves);
  await fill(second);
  await carriedBy(sfu, second);
  const next = await follow(ada, main);
  const again = await publishTo(ada, next);
  await die();
  await carriedBy(third, second);
  await eventually('the loss of the new one', () =>
    grace.client.events.some(event => event.type === 'mediaLost' && event.generation === next),
  );
  // What the room moves from still flows.
  expect(await grace.client.state()).toMatchObject({ generation: branch, former: main });
  expect(await producersOf(grace)).toContain(sentByAda);
  expect(await producersOf(grace)).not.toContain(again);
  expect(await subscribe(grace, proxies[1], sentByAda)).toMatchObject({ elsewhere: [{ generation: main }] });
  const { generation } = await ada.client.get('renewMedia', {});
  expect([main, next]).not.toContain(generation);
  await ada.client.get('finishMove', { generation });
  await grace.client.get('finishMove', { generation: branch });
  // Who does not know of several SFUs has finished with new media.
  expect((await linus.client.state()).former).toBe(undefined);
  await linus.client.get('renewMedia', {});
  await grace.client.event('moveFinished');
  expect(await on(first)).toBeUndefined();
  expect(grace.client.events.map(({ type }) => type)).not.toContain('mediaReset');
});

test('V10 two SFUs of three are left: the second move waits until the first is over', async () => {
  const { ada, grace, main, branch } = await apart(first, second);
  await carriedBy(first, second, third);
  await fill(second);
  const linus = await enter('Linus');
  const last = generationOf(linus);
  expect((await on(third))?.generation).toBe(last);
  const all = [ada, grace, linus];
  await say(first, {});
  await carriedBy(first);
  const left = [branch, last];
  for (let over = 0; over < 2; over++) {
    const moved = await eventually('a move', () =>
      ada.client.events.filter(event => event.type === 'mediaMoved').at(over),
    );
    expect(ada.client.events.filter(({ type }) => type === 'moveFinished')).toHaveLength(over);
    const rest = left.filter(generation => generation !== moved.from);
    expect(moved).toMatchObject({ generation: main, main, ...(over === 0 && { branches: rest }) });
    for (const person of all) {
      if (generationOf(person) === moved.from) await follow(person, moved.from);
      await person.client.get('finishMove', { generation: main });
    }
    await eventually('its end', () =>
      ada.client.events.filter(({ type }) => type === 'moveFinished').at(over),
    );
  }
  expect([await on(second), await on(third)]).toEqual([undefined, undefined]);
  expect((await on(first))?.participants).toBe(3);
});

test('V4 V10 a replica that is killed half-way: the survivor ends the move', async () => {
  const replica = stage.use(await startReplicaProcess(stage.server.url, { GRACE_SECONDS: '30' }));
  await carriedBy(first, second);
  const ada = await stage.enter('Ada', replica, several);
  await fill(first);
  const grace = await enter('Grace', 1);
  const [main, branch] = [generationOf(ada), generationOf(grace)];
  await say(first, {});
  await carriedBy(first);
  await grace.client.moved(branch);
  await replica.kill('SIGKILL');
  await follow(grace, branch);
  await grace.client.get('finishMove', { generation: main });
  const again = stage.client(0, several);
  await again.get('resume', { ...ada.membership, since: ada.joined.snapshot });
  await again.get('finishMove', { generation: main });
  await grace.client.event('moveFinished');
  expect(await on(second)).toBeUndefined();
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
  expect(await subscribe(back, proxies[1], sentByAda)).toMatchObject({
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
  expect(await subscribe(old, proxies[0], sentByGrace)).toMatchObject({
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
  const pauses = () => proxies[1].calls.filter(call => call.endsWith(`${sentByGrace}/pause`)).length;
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
