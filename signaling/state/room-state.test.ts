import { randomUUID } from 'node:crypto';
import {
  type MediaGeneration,
  type ParticipantId,
  type Producer,
  type ProducerId,
  type ReadyPlacement,
  RoomEvent,
  type RoomUid,
  redisChannels,
  rightsOfRole,
} from '@parley/protocol';
import { startRedis, type TestRedis } from '@parley/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { place, readyPlacement } from '../testing/rooms.ts';
import { RoomState } from './room-state.ts';
import type { NewPerson } from './snapshot.ts';

const generation = 'first' as MediaGeneration;
let server: TestRedis;
let redis: Redis;
let events: RoomEvent[];
let state: RoomState;
let room: ReadyPlacement;

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});
beforeEach(async () => {
  events = [];
  state = new RoomState(redis, (_uid, event) => events.push(RoomEvent.parse(event)));
  room = await place(redis, readyPlacement());
  await state.setGeneration(room, undefined, generation);
});

const person = (name = 'Ada'): NewPerson => ({
  id: randomUUID() as ParticipantId,
  displayName: name,
  role: 'speaker',
  rights: rightsOfRole.speaker,
  secretHash: 'hash',
});
const at = (socket: string, replica = 'a') => ({ replica, socket });
const microphone = (): Producer => ({
  id: randomUUID() as ProducerId,
  kind: 'audio',
  source: 'microphone',
  paused: false,
});
const enter = async (name = 'Ada', socket = randomUUID() as string) => {
  const who = person(name);
  const joined = await state.join(room, generation, room.maxParticipants, who, at(socket));
  return { id: who.id, connection: at(socket), joined };
};

test('S1 every change has the next number', async () => {
  const ada = await enter();
  const producer = microphone();
  await state.producers.add(room, generation, ada.id, producer);
  await state.producers.pause(room, ada.id, producer.id, true);
  await state.producers.remove(room, ada.id, producer.id);
  await state.disconnect(room, ada.id, ada.connection, 60_000);
  await state.resume(room, ada.id, at('second'));
  await state.remove(room, ada.id, at('second'));
  expect(events.map(({ type, seq }) => `${seq} ${type}`)).toEqual([
    '1 participantJoined',
    '2 producerAdded',
    '3 producerPaused',
    '4 producerRemoved',
    '5 participantConnection',
    '6 participantConnection',
    '7 participantLeft',
  ]);
});

test('S2 a snapshot holds everything as of its number', async () => {
  const ada = await enter('Ada');
  const grace = await enter('Grace');
  const producer = microphone();
  await state.producers.add(room, generation, ada.id, producer);
  await state.disconnect(room, grace.id, grace.connection, 60_000);
  expect(await state.snapshot(room)).toEqual({
    seq: 4,
    at: events.at(-1)?.at,
    generation,
    locked: false,
    participants: [
      {
        id: ada.id,
        displayName: 'Ada',
        role: 'speaker',
        connected: true,
        producers: [{ ...producer, generation }],
      },
      { id: grace.id, displayName: 'Grace', role: 'speaker', connected: false, producers: [] },
    ],
  });
});

test('J2 of 20 joins at once over two connections exactly as many are let in as there is space', async () => {
  const second = new Redis(server.url);
  const other = new RoomState(second, () => {});
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      (i % 2 ? state : other).join(room, generation, 7, person(), at(`${i}`)),
    ),
  );
  second.disconnect();
  expect(answers.filter(({ status }) => status === 'ok')).toHaveLength(7);
  expect(answers.filter(({ status }) => status === 'full')).toHaveLength(13);
  expect(await state.countParticipants(room.key)).toBe(7);
});

test('M1 one producer per source; the same again changes nothing', async () => {
  const ada = await enter();
  const producer = microphone();
  expect(await state.producers.add(room, generation, ada.id, producer)).toBe('ok');
  expect(await state.producers.add(room, generation, ada.id, producer)).toBe('ok');
  expect(await state.producers.add(room, generation, ada.id, microphone())).toBe('conflict');
  expect(events.filter(({ type }) => type === 'producerAdded')).toHaveLength(1);
});

test("M2 another's producer can be neither paused nor removed", async () => {
  const [ada, grace] = [await enter(), await enter()];
  const producer = microphone();
  await state.producers.add(room, generation, ada.id, producer);
  expect(await state.producers.pause(room, grace.id, producer.id, true)).toBe(false);
  expect(await state.producers.remove(room, grace.id, producer.id)).toBe(false);
  expect([...(await state.producers.existing(room.key, [producer.id])).keys()]).toEqual([producer.id]);
});

test('M4 whoever replaces the generation first does it, and all producers go with the old one', async () => {
  const ada = await enter();
  await state.producers.add(room, generation, ada.id, microphone());
  const second = 'second' as MediaGeneration;
  const outcomes = await Promise.all([
    state.setGeneration(room, generation, second),
    state.setGeneration(room, generation, second),
    state.setGeneration(room, generation, 'late' as MediaGeneration),
  ]);
  expect(outcomes).toEqual(['ok', 'stale', 'stale']);
  expect(events.filter(({ type }) => type === 'mediaReset')).toHaveLength(1);
  expect(await state.snapshot(room)).toMatchObject({ generation: second, participants: [{ producers: [] }] });
  expect(await state.producers.add(room, generation, ada.id, microphone())).toBe('stale');
});

test('S4 who leaves takes their producers along', async () => {
  const ada = await enter();
  const producer = microphone();
  await state.producers.add(room, generation, ada.id, producer);
  expect(await state.remove(room, ada.id, ada.connection)).toBe(true);
  expect((await state.producers.existing(room.key, [producer.id])).size).toBe(0);
  expect(events.at(-1)).toMatchObject({ type: 'participantLeft', participantId: ada.id });
});

test('G1 whoever notices that the grace is over removes, and only one does', async () => {
  const ada = await enter();
  await state.disconnect(room, ada.id, ada.connection, 0);
  const swept = await state.connections.sweep(room.key, 0, []);
  expect(swept.due).toEqual([ada.id]);
  const removed = await Promise.all([1, 2, 3].map(() => state.remove(room, ada.id, 'due')));
  expect(removed.filter(Boolean)).toHaveLength(1);
  expect(events.filter(({ type }) => type === 'participantLeft')).toHaveLength(1);
});

test('G1 the grace of those whose replica died begins once', async () => {
  const ada = await enter();
  const grace = person('Grace');
  await state.join(room, generation, 9, grace, at('x', 'b'));
  await Promise.all([
    state.connections.sweep(room.key, 60_000, ['b']),
    state.connections.sweep(room.key, 60_000, ['b']),
  ]);
  const gone = events.filter(({ type }) => type === 'participantConnection');
  expect(gone).toMatchObject([{ seq: 3, participantId: grace.id, connected: false }]);
  expect(await state.snapshot(room)).toMatchObject({
    participants: [{ id: ada.id, connected: true }, { connected: false }],
  });
});

test('G1 a connection that was replaced begins no grace when it goes', async () => {
  const ada = await enter();
  const resumed = await state.resume(room, ada.id, at('second'));
  expect(resumed?.replaced).toBe(ada.connection.socket);
  await state.disconnect(room, ada.id, ada.connection, 0);
  expect(await state.remove(room, ada.id, 'due')).toBe(false);
  expect(await state.connections.compare(room, [{ id: ada.id, connection: at('second') }])).toEqual(['same']);
});

test('G2 after the grace there is nothing to resume', async () => {
  const ada = await enter();
  await state.disconnect(room, ada.id, ada.connection, 0);
  expect(await state.resume(room, ada.id, at('second'))).toBeUndefined();
});

test('a Room made again under its old name begins with nobody in it', async () => {
  await enter();
  const successor = await place(redis, { ...room, uid: randomUUID() as RoomUid });
  expect(await state.peek(successor)).toBeUndefined();
  expect(await state.setGeneration(successor, undefined, 'new' as MediaGeneration)).toBe('ok');
  expect(await state.snapshot(successor)).toMatchObject({ seq: 0, generation: 'new', participants: [] });
  expect(await state.snapshot(room)).toBeUndefined();
});

test('nobody enters a Room that the operator has ended meanwhile', async () => {
  await place(redis, { state: 'ended', key: room.key, uid: room.uid });
  expect(await state.join(room, generation, 5, person(), at('x'))).toEqual({ status: 'not_placed' });
  expect(await state.setGeneration(room, generation, 'next' as MediaGeneration)).toBe('not_placed');
});

test('says when the number of participants changed', async () => {
  const listener = new Redis(server.url);
  const heard: string[] = [];
  await listener.subscribe(redisChannels.participants);
  listener.on('message', (_channel, message) => heard.push(message));
  const ada = await enter();
  await state.remove(room, ada.id, ada.connection);
  await listener.ping();
  listener.disconnect();
  expect(heard).toEqual([room.key, room.key]);
});

test('state that nobody touches any more goes by itself', async () => {
  await enter();
  const keys = await redis.keys(`parley:{${room.key}}:*`);
  for (const key of keys.filter(key => !key.endsWith(':placement'))) {
    expect(await redis.ttl(key)).toBeGreaterThan(0);
  }
});

test('G7 the end of a room that is open again by now touches nobody', async () => {
  const ada = await enter();
  await state.end(room);
  expect(await state.person(room.key, ada.id)).toBeDefined();
  await place(redis, {
    state: 'closed',
    key: room.key,
    uid: room.uid,
    reason: 'Suspended',
    message: 'Closed.',
  });
  await state.end(room);
  expect(await state.person(room.key, ada.id)).toBeUndefined();
});
