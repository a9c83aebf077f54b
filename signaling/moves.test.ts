/** Rooms that move from one SFU to another, with real SFUs, while people, replicas and SFUs come and go. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import {
  FormerMedia,
  type MediaGeneration,
  type ProducerId,
  type ReadyPlacement,
  type RoomEvent,
  redisKeys,
} from '@parley/protocol';
import { createLogger } from '@parley/telemetry';
import { eventually } from '@parley/testing';
import { beforeAll, expect, test, vi } from 'vitest';
import { RoomMedia } from './media/room-media.ts';
import { SfuClient } from './media/sfu-client.ts';
import { createMetrics } from './metrics.ts';
import { RoomState } from './state/room-state.ts';
import type { TestClient } from './testing/client.ts';
import { follow, moves, publishTo, receives, several } from './testing/moving.ts';
import { secrets, startReplicaProcess, startSfu } from './testing/processes.ts';
import { place } from './testing/rooms.ts';
import { opus } from './testing/rtp.ts';
import { callsOfSfu, roomOnSfu } from './testing/sfu-view.ts';
import { publish, useStage } from './testing/stage.ts';

// Processes start slowly on a machine where other tests run.
vi.setConfig({ testTimeout: 120_000 });

const stage = useStage({ settings: { MOVE_DEADLINE_SECONDS: '60', GRACE_SECONDS: '30' } });
let second: ReadyPlacement['sfu'];

const another = () => startSfu(stage.server.url, stage.redis);
beforeAll(async () => {
  second = stage.keep(await another()).sfu;
});

const enter = (name: string, at: number | { readonly port: number } = 0) => stage.enter(name, at, moves);
/** Does what the operator does to move a room. */
const moveTo = (sfu: ReadyPlacement['sfu']) => place(stage.redis, { ...stage.room, sfu });
const on = (sfu: ReadyPlacement['sfu']) => roomOnSfu({ ...stage.room, sfu });
const inOrder = (events: RoomEvent[]) => events.toSorted((one, other) => one.seq - other.seq);
/** What was said of the room's media, in the order in which it was done: events of two replicas may overtake each other. */
const story = ({ events }: TestClient) =>
  inOrder(events).flatMap(event => {
    if (event.type === 'mediaMoved') return [`${event.from} -> ${event.generation}`];
    if (event.type === 'moveFinished' || event.type === 'mediaReset')
      return [`${event.type} ${event.generation}`];
    return [];
  });
const newProducer = () => randomUUID() as ProducerId;
const generationsIn = (events: RoomEvent[]) =>
  inOrder(events).flatMap(event => (event.type === 'producerAdded' ? [event.producer.generation] : []));
const producersOf = async (client: TestClient) =>
  (await client.state()).participants.flatMap(({ producers }) => producers);

/** What a replica does with media, one that nobody is connected to. */
function mediaOfReplica(): RoomMedia {
  const [metrics, settings] = [createMetrics(), { turnSecret: secrets.TURN_SECRET, moveDeadlineMs: 1000 }];
  const sfu = new SfuClient(secrets.CONTROL_TOKEN, metrics);
  const state = new RoomState(stage.redis, () => {});
  return new RoomMedia({ sfu, state, settings, metrics, log: createLogger('test') });
}

/** Something in an SFU's place. */
async function serve(listener: http.RequestListener) {
  const server = http.createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async () => {
    server.closeAllConnections();
    await promisify(server.close).call(server);
  };
  return { url, close };
}

/** Two people who send and hear each other, each on a replica of their own. */
async function callOfTwo() {
  const [ada, grace] = [await enter('Ada'), await enter('Grace', 1)];
  const first = ada.joined.media.generation;
  const [sentByAda, sentByGrace] = [await publishTo(ada, first), await publishTo(grace, first)];
  await receives(ada, sentByGrace, first);
  await receives(grace, sentByAda, first);
  return { ada, grace, first, sentByAda, sentByGrace };
}
type Two = Awaited<ReturnType<typeof callOfTwo>>;

/** Both have everything of the media that the room moved to from `from`. */
async function bothMove(
  { ada, grace }: Pick<Two, 'ada' | 'grace'>,
  from: MediaGeneration,
): Promise<MediaGeneration> {
  const next = await follow(ada, from);
  expect(await follow(grace, from)).toBe(next);
  await receives(grace, await publishTo(ada, next), next);
  await receives(ada, await publishTo(grace, next), next);
  for (const { client } of [ada, grace]) await client.get('finishMove', { generation: next });
  return next;
}

test('V1 V2 V4 a room moves while its media flows, and leaves the old SFU when all have moved', async () => {
  const two = await callOfTwo();
  const { ada, grace, first, sentByAda } = two;
  await moveTo(second);
  const next = await follow(ada, first);
  expect(await ada.client.state()).toMatchObject({ generation: next, former: first });

  // Both are there: what was, and what is new.
  await receives(grace, sentByAda, first);
  const again = await publishTo(ada, next);
  await follow(grace, first);
  await receives(grace, again, next);
  const late = { producerId: newProducer(), source: 'screen-audio', rtpParameters: opus() } as const;
  expect(await grace.client.ask('publish', { ...late, generation: first })).toMatchObject({
    error: { code: 'media_lost' },
  });
  await receives(ada, await publishTo(grace, next), next);
  expect((await on(stage.sfu))?.producers).toBe(2);
  expect((await on(second))?.producers).toBe(2);

  await ada.client.get('finishMove', { generation: next });
  expect((await ada.client.state()).former).toBe(first);
  await grace.client.get('finishMove', { generation: next });
  for (const { client, joined } of [ada, grace]) {
    await client.event('moveFinished');
    expect(story(client)).toEqual([`${first} -> ${next}`, `moveFinished ${next}`]);
    const former = { transportId: joined.media.send.id, generation: first };
    expect(await client.ask('restartIce', former)).toMatchObject({ error: { code: 'media_lost' } });
  }
  expect((await ada.client.state()).former).toBeUndefined();
  expect((await producersOf(ada.client)).map(({ generation }) => generation)).toEqual([next, next]);
  expect(await on(stage.sfu)).toBeUndefined();
  expect((await on(second))?.participants).toBe(2);
  // Repeated, it changes nothing.
  await grace.client.get('finishMove', { generation: next });
});

test('V2 the SFU that a room leaves is asked what one’s network takes, and is not waited for', async () => {
  const { ada, first } = await callOfTwo();
  const media = mediaOfReplica();
  const asked = async () => (await callsOfSfu(stage.room)).bandwidth ?? 0;
  const before = await asked();
  const former: http.RequestListener = (_, response) => response.end('{"outgoingBitrate": 2500000}');
  const [open, silent] = await Promise.all([serve(former), serve(() => {})]);
  const bandwidthBy = (controlUrl: string) =>
    media.bandwidthOf(stage.room, ada.joined.participantId, [
      { generation: first, sfu: { ...stage.sfu, controlUrl } },
    ]);
  // Nothing is asked of what nobody moves from.
  expect(await bandwidthBy(open.url)).toBeUndefined();
  await moveTo(second);
  await follow(ada, first);
  expect(await asked()).toBe(before + 1);
  expect(await bandwidthBy(open.url)).toBe(2_500_000);
  expect(await bandwidthBy(silent.url)).toBeUndefined();
  await Promise.all([open, silent].map(server => server.close()));
  expect(await bandwidthBy(open.url)).toBeUndefined();
});

test('V4 who never finishes is not waited for longer than the deadline', async () => {
  const hasty = stage.use(
    await startReplicaProcess(stage.server.url, { MOVE_DEADLINE_SECONDS: '1', GRACE_SECONDS: '30' }),
  );
  // Alone on that replica, which begins the move.
  const ada = await enter('Ada', hasty);
  const { generation: first } = ada.joined.media;
  await publishTo(ada, first);
  await moveTo(second);
  const finished = await ada.client.event('moveFinished');
  expect(story(ada.client)).toEqual([
    `${first} -> ${finished.generation}`,
    `moveFinished ${finished.generation}`,
  ]);
  expect(await producersOf(ada.client)).toEqual([]);
  await eventually('the end on the old SFU', async () => (await on(stage.sfu)) === undefined);
  const metrics = await (await fetch(`http://127.0.0.1:${hasty.port}/metrics`)).text();
  expect(metrics).toMatch(/^parley_signaling_moves_total\{step="begun"\} 1$/m);
});

test('V3 who joins in the middle has the new media alone, and nobody waits for them', async () => {
  const two = await callOfTwo();
  await moveTo(second);
  const next = await follow(two.ada, two.first);
  const joan = await enter('Joan');
  expect(joan.joined.snapshot).toMatchObject({ generation: next, former: two.first });
  expect(joan.joined.media.generation).toBe(next);
  await receives(joan, await publishTo(two.ada, next), next);
  await follow(two.grace, two.first);
  for (const { client } of [two.ada, two.grace]) await client.get('finishMove', { generation: next });
  await joan.client.event('moveFinished');
});

test('V5 a new SFU that dies half-way is left for another, and the former media is not touched', async () => {
  const doomed = stage.use(await another());
  const { ada, grace, first, sentByAda, sentByGrace } = await callOfTwo();
  await moveTo(doomed.sfu);
  const lost = await follow(ada, first);
  await publishTo(ada, lost);
  const before = await callsOfSfu({ ...stage.room, sfu: stage.sfu });
  await doomed.kill('SIGKILL');
  await moveTo(second);

  const moved = await eventually('the second move', () =>
    inOrder(grace.client.events)
      .filter(({ type }) => type === 'mediaMoved')
      .at(1),
  );
  const next = 'generation' in moved ? moved.generation : first;
  expect(story(grace.client)).toEqual([`${first} -> ${lost}`, `${first} -> ${next}`]);
  await receives(ada, sentByGrace, first);
  await receives(grace, sentByAda, first);
  expect((await on(stage.sfu))?.producers).toBe(2);
  const { closeProducer, closeParticipant, closeRoom } = await callsOfSfu({ ...stage.room, sfu: stage.sfu });
  expect([closeProducer, closeParticipant, closeRoom]).toEqual([
    before.closeProducer,
    before.closeParticipant,
    before.closeRoom,
  ]);

  for (const { client } of [ada, grace]) {
    expect((await client.get('renewMedia', {})).generation).toBe(next);
    await client.get('finishMove', { generation: next });
  }
  await grace.client.event('moveFinished');
  expect(await on(stage.sfu)).toBeUndefined();
});

test("V5 an old SFU that dies half-way ends nobody's stay, and the move goes on", async () => {
  const old = stage.use(await another());
  await moveTo(old.sfu);
  const two = await callOfTwo();
  await moveTo(second);
  await two.ada.client.moved(two.first);
  await old.kill('SIGKILL');
  const { routerRtpCapabilities: rtpCapabilities } = two.ada.joined.media;
  const request = { producerIds: [two.sentByGrace], rtpCapabilities, generation: two.first };
  expect(await two.ada.client.ask('subscribe', request)).toMatchObject({ ok: false });
  const next = await bothMove(two, two.first);
  await two.grace.client.event('moveFinished');
  expect(story(two.grace.client)).toEqual([`${two.first} -> ${next}`, `moveFinished ${next}`]);
});

test('V4 V6 a replica that is killed half-way: the survivor ends the move, and who resumes hears what they missed', async () => {
  const doomed = stage.use(await startReplicaProcess(stage.server.url, { GRACE_SECONDS: '30' }));
  const [ada, grace] = [await enter('Ada', doomed), await enter('Grace', 1)];
  const { generation: first } = ada.joined.media;
  const sent = await publishTo(ada, first);
  await moveTo(second);
  await follow(ada, first);
  await doomed.kill('SIGKILL');

  const next = await follow(grace, first);
  await grace.client.get('finishMove', { generation: next });
  const again = stage.client(0, moves);
  const resumed = await again.get('resume', { ...ada.membership, since: ada.joined.snapshot });
  expect('events' in resumed && resumed.events.map(({ type }) => type)).toContain('mediaMoved');
  // Both media are still theirs.
  const back = { ...ada, client: again };
  await receives(back, await publishTo(back, next), next);
  await again.get('pauseProducer', { producerId: sent, paused: true, generation: first });
  await again.get('finishMove', { generation: next });
  await grace.client.event('moveFinished');
  expect(await on(stage.sfu)).toBeUndefined();
});

test('V6 who was away while the room began to move resumes, hears of it and has both media', async () => {
  const two = await callOfTwo();
  const { seq, at } = await two.ada.client.state();
  two.ada.client.drop();
  await two.grace.client.event('participantConnection', two.ada.id);
  await moveTo(second);
  const next = await follow(two.grace, two.first);
  const again = stage.client(1, moves);
  const resumed = await again.get('resume', { ...two.ada.membership, since: { seq, at } });
  expect('events' in resumed && resumed.events.map(({ type }) => type)).toContain('mediaMoved');
  const back = { ...two.ada, client: again };
  await receives(back, two.sentByGrace, two.first);
  expect((await again.get('renewMedia', {})).generation).toBe(next);
  await receives(back, await publishTo(two.grace, next), next);
  await receives(back, two.sentByGrace, two.first);
});

test('V5 two moves in a row: the second starts from the newest media, and the first is over', async () => {
  const third = stage.use(await another());
  const two = await callOfTwo();
  await moveTo(second);
  const next = await follow(two.ada, two.first);
  await follow(two.grace, two.first);
  const sent = await publishTo(two.ada, next);
  await moveTo(third.sfu);
  const last = await bothMove(two, next);
  await two.grace.client.event('moveFinished');
  await eventually('the end of the second move', () => story(two.grace.client).length === 4);
  expect(story(two.grace.client)).toEqual([
    `${two.first} -> ${next}`,
    `moveFinished ${next}`,
    `${next} -> ${last}`,
    `moveFinished ${last}`,
  ]);
  expect((await producersOf(two.ada.client)).map(({ id }) => id)).not.toContain(sent);
  expect([await on(stage.sfu), await on(second)]).toEqual([undefined, undefined]);
});

test('V5 a room that comes back half-way to where it was begins anew there, from the newest media', async () => {
  const two = await callOfTwo();
  await moveTo(second);
  const next = await follow(two.ada, two.first);
  await follow(two.grace, two.first);
  await moveTo(stage.sfu);
  const last = await bothMove(two, next);
  expect(last).not.toBe(two.first);
  await two.grace.client.event('moveFinished');
  expect((await on(stage.sfu))?.generation).toBe(last);
});

test('V1 a room also moves from an SFU that opened it before the placement named its new process', async () => {
  const { ada, grace, first } = await callOfTwo();
  const sfu = { ...stage.sfu, instance: randomUUID() };
  await stage.redis.hset(
    redisKeys.room(stage.room.key),
    'carrier',
    JSON.stringify({ generation: first, sfu }),
  );
  await enter('Linus');
  await moveTo(second);
  await bothMove({ ada, grace }, first);
  expect(story(grace.client)[0]).toMatch(`${first} -> `);
});

test('V5 a room that comes back as the new SFU died half-way begins anew there, under a new generation', async () => {
  const doomed = stage.use(await another());
  const { ada, grace, first } = await callOfTwo();
  await moveTo(doomed.sfu);
  const lost = await follow(ada, first);
  await doomed.kill('SIGKILL');
  await moveTo(stage.sfu);
  const { generation } = await grace.client.event('mediaReset');
  expect([first, lost]).not.toContain(generation);
  expect((await on(stage.sfu))?.generation).toBe(generation);
  expect((await grace.client.get('renewMedia', {})).generation).toBe(generation);
});

test('V4 V5 the deadline does not end what flows while the new media is gone', async () => {
  const doomed = stage.use(await another());
  const { ada, grace, first, sentByAda } = await callOfTwo();
  await moveTo(doomed.sfu);
  const lost = await follow(ada, first);
  await doomed.kill('SIGKILL');
  const key = redisKeys.room(stage.room.key);
  const former = FormerMedia.parse(JSON.parse((await stage.redis.hget(key, 'former')) ?? ''));
  const late = { ...former, until: former.since };
  await stage.redis.hset(key, 'former', JSON.stringify(late));
  await mediaOfReplica().moves.end(stage.room, late, 'due');
  await receives(grace, sentByAda, first);
  await moveTo(second);
  const next = await eventually('the next move', () => story(grace.client).at(1));
  expect(next).toMatch(`${first} -> `);
  expect(story(grace.client)[0]).toBe(`${first} -> ${lost}`);
});

test('V5 a replica that has not heard yet where the room is placed neither moves it back nor ends its move', async () => {
  const before = stage.room;
  const { grace, first, sentByAda } = await callOfTwo();
  await moveTo(second);
  const next = await follow(grace, first);
  await expect(mediaOfReplica().openRoom(before)).rejects.toMatchObject({ code: 'room_not_ready' });
  await receives(grace, sentByAda, first);
  expect(story(grace.client)).toEqual([`${first} -> ${next}`]);
});

test.each([
  { version: 1, revision: 1 },
  { version: 2, revision: 0 },
])('V7 who does not know moves hears that the media is new: %o', async auth => {
  const old = await stage.enter('Ada', 0, { auth });
  const state = () => (auth.version === 1 ? old.client.get('snapshot', {}) : old.client.state());
  const grace = await stage.enter('Grace', 1, several);
  const { generation: first } = grace.joined.media;
  const sent = await publishTo(grace, first);
  await publish(old);
  await moveTo(second);
  const reset = await old.client.event('mediaReset');
  const next = await follow(grace, first);
  expect(reset.generation).toBe(next);
  const { former, participants } = await state();
  expect(former).toBeUndefined();
  expect(participants.flatMap(({ producers }) => producers)).toEqual([]);

  expect((await old.client.get('renewMedia', {})).generation).toBe(next);
  await publish(old);
  await publishTo(grace, next);
  expect(generationsIn(grace.client.events)).toEqual([first, first, next, next]);
  expect((await producersOf(grace.client)).map(({ id }) => id)).toContain(sent);
  // They have finished with that.
  await grace.client.get('finishMove', { generation: next });
  await grace.client.event('moveFinished');
  const { seq, at, participants: now } = await state();
  expect(now.flatMap(({ producers }) => producers)).toHaveLength(2);
  expect(old.client.events.map(({ type }) => type)).not.toContain('moveFinished');
  if (auth.version === 2) {
    const { seq: before, at: then } = old.joined.snapshot;
    const missed = await old.client.get('sync', { since: { seq: before, at: then } });
    expect(missed).toMatchObject({ snapshot: { seq, at } });
  }
});

test('V8 who leaves while the room moves is gone from both SFUs, and nobody waits for them', async () => {
  const two = await callOfTwo();
  await moveTo(second);
  const next = await follow(two.ada, two.first);
  await publishTo(two.ada, next);
  await follow(two.grace, two.first);
  await two.grace.client.get('finishMove', { generation: next });
  await two.ada.client.get('leave', {});
  await two.grace.client.event('participantLeft', two.ada.id);
  expect((await on(second))?.participants).toBe(1);
  await two.grace.client.event('moveFinished');
});

test('V8 who is muted while the room moves is muted in both, and who may publish no more publishes in neither', async () => {
  const two = await callOfTwo();
  const host = await stage.enter({ displayName: 'Host', role: 'moderator' }, 0, moves);
  await moveTo(second);
  const next = await follow(two.ada, two.first);
  const again = await publishTo(two.ada, next);
  const [participantId, mine] = [two.ada.id, [two.sentByAda, again]];
  await host.client.get('moderate', { action: 'mute', participantId, sources: ['microphone'] });
  const ofAda = async () =>
    (await producersOf(host.client)).filter(({ id }) => mine.includes(id)).map(({ paused }) => paused);
  expect(await ofAda()).toEqual([true, true]);
  await host.client.get('moderate', { action: 'setRole', participantId, role: 'viewer' });
  await eventually('the end of both', async () => (await ofAda()).length === 0);
  expect((await on(stage.sfu))?.producers).toBe(1);
  expect((await on(second))?.producers).toBe(0);
});
