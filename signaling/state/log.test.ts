/** The history of rooms in Redis alone and in a cluster of it, as a careful administrator runs them. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  type LogPosition,
  type MediaGeneration,
  type ParticipantId,
  type Producer,
  type ProducerId,
  type ReadyPlacement,
  RoomEvent,
  redisKeys,
  rightsOfRole,
} from '@parley/protocol';
import { createRedis, parseRedisUrl, type RedisClient } from '@parley/redis';
import { eventually, type SecureRedis, startSecureRedis } from '@parley/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { place, readyPlacement } from '../testing/rooms.ts';
import { logLength, roomKeys } from './prelude.ts';
import { RoomState } from './room-state.ts';

const generation = 'first' as MediaGeneration;

describe.each(['single', 'cluster'] as const)('Redis of kind %s', kind => {
  let server: SecureRedis;
  let redis: RedisClient;
  let state: RoomState;
  let room: ReadyPlacement;
  let announced: RoomEvent[];

  beforeAll(async () => {
    server = await startSecureRedis(kind);
    const { REDIS_URL, REDIS_CA_FILE } = server.environment;
    redis = createRedis(
      { address: parseRedisUrl(REDIS_URL), ca: readFileSync(REDIS_CA_FILE, 'utf8') },
      { name: 'test', purpose: 'commands' },
    );
    redis.on('error', () => {});
    await eventually('a connection', () => redis.status === 'ready');
  });
  afterAll(async () => {
    redis.disconnect();
    await server[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    announced = [];
    state = new RoomState(redis, (_uid, event) => announced.push(event));
    room = await place(redis, readyPlacement());
    await state.setGeneration(room, undefined, generation);
  });

  const at = (socket: string, replica = 'a') => ({ replica, socket });
  const enter = async (displayName = 'Ada', publish = rightsOfRole.speaker.publish) => {
    const person = {
      id: randomUUID() as ParticipantId,
      displayName,
      role: 'speaker' as const,
      rights: { ...rightsOfRole.speaker, publish },
      secretHash: 'hash',
    };
    await state.join(room, generation, 9, person, at(displayName));
    return person;
  };
  const publish = async (owner: ParticipantId) => {
    const producer: Producer = {
      id: randomUUID() as ProducerId,
      kind: 'audio',
      source: 'microphone',
      paused: false,
    };
    await state.producers.add(room, generation, owner, producer);
    return producer.id;
  };
  const mute = async (owner: ParticipantId, producer: ProducerId, times: number) => {
    for (let i = 1; i <= times; i++) await state.producers.pause(room, owner, producer, i % 2 === 1);
  };
  const position = async (): Promise<LogPosition> => {
    const { seq, at } = (await state.snapshot(room)) ?? { seq: -1, at: -1 };
    return { seq, at };
  };
  /** What stands in the log, oldest first. */
  const logged = async () =>
    (await redis.xrange(redisKeys.log(room.key), '-', '+')).map(([id, [, json = '']]) => ({ id, json }));

  test('S7 every change stands in the log as it was announced, by its number and time', async () => {
    const created = await position();
    const ada = await enter();
    const grace = await enter('Grace');
    await mute(ada.id, await publish(ada.id), 1);
    await publish(grace.id);
    await state.producers.clear(room, ada.id);
    await state.disconnect(room, ada.id, at('Ada'), 0);
    await state.remove(room, ada.id, 'due');
    await state.connections.sweep(room.key, 60_000, ['a']);
    await state.resume(room, grace.id, at('second'));
    await state.setGeneration(room, generation, 'next' as MediaGeneration);

    const [first, ...changes] = await logged();
    expect(first?.id).toBe(`0-${created.at}`);
    expect(changes.map(({ json }) => RoomEvent.parse(JSON.parse(json)))).toEqual(announced);
    expect(changes.map(({ id }) => id)).toEqual(announced.map(({ seq, at }) => `${seq}-${at}`));
    expect(announced.map(({ type, seq }) => `${seq} ${type}`)).toEqual([
      '1 participantJoined',
      '2 participantJoined',
      '3 producerAdded',
      '4 producerPaused',
      '5 producerAdded',
      '6 producerRemoved',
      '7 participantConnection',
      '8 participantLeft',
      '9 participantConnection',
      '10 participantConnection',
      '11 mediaReset',
    ]);
    expect(announced.map(({ after }) => after)).toEqual(
      [created.at, ...announced.map(({ at }) => at)].slice(0, -1),
    );
  });

  test('A3 who may publish nothing is kept as such', async () => {
    const viewer = await enter('Viewer', []);
    expect((await state.person(room.key, viewer.id))?.rights.publish).toEqual([]);
    const before = await position();
    await publish(viewer.id);
    expect(await position()).toEqual(before);
  });

  test('S7 what changes nothing leaves no trace', async () => {
    const ada = await enter();
    const producer = await publish(ada.id);
    const before = await logged();
    await state.producers.pause(room, ada.id, producer, false);
    await state.producers.remove(room, ada.id, randomUUID() as ProducerId);
    await state.disconnect(room, ada.id, at('another'), 0);
    await state.resume(room, ada.id, at('second'));
    await state.remove(room, ada.id, 'due');
    await state.setGeneration(room, 'wrong' as MediaGeneration, 'next' as MediaGeneration);
    expect(await logged()).toEqual(before);
  });

  test('S6 who missed 3 changes of 500 is told these 3', async () => {
    const ada = await enter();
    const producer = await publish(ada.id);
    await mute(ada.id, producer, 496);
    const since = await position();
    expect(since.seq).toBe(498);
    await mute(ada.id, producer, 3);
    expect(await state.missed(room, since)).toEqual({ events: announced.slice(-3) });
    const resumed = await state.resume(room, ada.id, at('second'), since);
    expect(resumed?.missed).toEqual({ events: announced.slice(-3) });
  });

  test('S6 who missed nothing is told nothing, also before the first change', async () => {
    expect(await state.missed(room, await position())).toEqual({ events: [] });
    const created = await position();
    await enter();
    expect(await state.missed(room, created)).toEqual({ events: announced });
    expect(await state.missed(room, await position())).toEqual({ events: [] });
  });

  test('S6 who comes back hears of that, too', async () => {
    const ada = await enter();
    const since = await position();
    await state.disconnect(room, ada.id, at('Ada'), 60_000);
    const resumed = await state.resume(room, ada.id, at('second'), since);
    expect(resumed?.missed).toMatchObject({ events: [{ connected: false }, { connected: true }] });
  });

  test('S6 S7 the log is bounded, and who missed more than it holds is told everything', async () => {
    const since = await position();
    const ada = await enter();
    const producer = await publish(ada.id);
    await mute(ada.id, producer, logLength + 200);
    const kept = await logged();
    expect(kept.length).toBeGreaterThanOrEqual(logLength);
    expect(kept.length).toBeLessThanOrEqual(logLength + 100);
    expect(await state.missed(room, since)).toEqual({ snapshot: await state.snapshot(room) });
    const [oldest] = kept;
    const [seq, time] = (oldest?.id ?? '').split('-').map(Number);
    const missed = await state.missed(room, { seq: seq ?? 0, at: time ?? 0 });
    expect(missed).toEqual({ events: announced.slice(1 - kept.length) });
  });

  test('S6 a place in the history that never was, or is still to come, is answered with everything', async () => {
    await enter();
    const { seq, at } = await position();
    const everything = { snapshot: await state.snapshot(room) };
    for (const since of [undefined, { seq, at: at - 1 }, { seq: seq + 1, at }, { seq: 0, at: 0 }]) {
      expect(await state.missed(room, since)).toEqual(everything);
    }
    const most = Number.MAX_SAFE_INTEGER;
    expect(await state.missed(room, { seq: most, at: most })).toEqual(everything);
  });

  test('S5 S6 changes that Redis lost and others that took their numbers are told apart', async () => {
    const ada = await enter();
    const producer = await publish(ada.id);
    const keys = roomKeys(room.key).slice(0, -1);
    const copies = keys.map(key => `${key}:copy`);
    const kept = await position();
    for (const [i, key] of keys.entries()) await redis.copy(key, copies[i] ?? '');
    await mute(ada.id, producer, 2);
    const lost = await position();

    // A replica that had not heard of the last two changes is the master now.
    for (const [i, key] of keys.entries()) await redis.copy(copies[i] ?? '', key, 'REPLACE');
    expect(await state.missed(room, lost)).toEqual({ snapshot: await state.snapshot(room) });
    await eventually('another time', () => Date.now() > lost.at);
    announced.length = 0;
    await enter('Grace');
    await enter('Edsger');
    await enter('Barbara');
    expect(announced.map(({ seq }) => seq)).toEqual([kept.seq + 1, kept.seq + 2, kept.seq + 3]);
    expect(announced[2]?.after).not.toBe(lost.at);
    expect(await state.missed(room, lost)).toEqual({ snapshot: await state.snapshot(room) });
    expect(await state.missed(room, kept)).toEqual({ events: announced });
  });

  test('S6 a log that is older than the state, or gone, stands in nobody’s way', async () => {
    const created = await position();
    await redis.xadd(redisKeys.log(room.key), '900-1', 'event', '{}');
    const ada = await enter();
    expect(await state.missed(room, created)).toEqual({ snapshot: await state.snapshot(room) });
    const since = await position();
    const producer = await publish(ada.id);
    expect(await state.missed(room, since)).toEqual({ events: announced.slice(-1) });
    await redis.del(redisKeys.log(room.key));
    await mute(ada.id, producer, 1);
    expect(await state.missed(room, since)).toEqual({ snapshot: await state.snapshot(room) });
  });

  test('S6 events of a later version of signaling are answered with everything', async () => {
    const since = await position();
    await enter();
    const { seq, at } = await position();
    await redis.hset(redisKeys.room(room.key), 'seq', seq + 1);
    await redis.xadd(redisKeys.log(room.key), `${seq + 1}-${at}`, 'event', '{"type":"handRaised"}');
    expect(await state.missed(room, since)).toEqual({ snapshot: await state.snapshot(room) });
  });

  test('S7 the log goes with the room, and begins anew with it', async () => {
    await enter();
    const before = await position();
    const closed = { state: 'closed', reason: 'Suspended', message: 'Closed.' } as const;
    await place(redis, { ...closed, key: room.key, uid: room.uid });
    await state.end(room);
    expect(await redis.exists(redisKeys.log(room.key))).toBe(0);
    expect(await state.missed(room, before)).toBeUndefined();
    await place(redis, room);
    await state.setGeneration(room, undefined, generation);
    await enter();
    expect(await logged()).toHaveLength(2);
    expect(await state.missed(room, before)).toEqual({ snapshot: await state.snapshot(room) });
  });

  test('S7 the log lives as long as the rest of the state', async () => {
    const ada = await enter();
    const producer = await publish(ada.id);
    const keys: string[] = [];
    for (const key of roomKeys(room.key).slice(0, -1)) if (await redis.expire(key, 10)) keys.push(key);
    expect(keys).toContain(redisKeys.log(room.key));
    await mute(ada.id, producer, 1);
    for (const key of keys) expect(await redis.ttl(key)).toBeGreaterThan(3000);
  });
});
