import { randomUUID } from 'node:crypto';
import {
  type Carrier,
  type MediaGeneration,
  type MediaLossId,
  type ParticipantId,
  type Producer,
  type ProducerId,
  type ReadyPlacement,
  RoomEvent,
  rightsOfRole,
} from '@parley/protocol';
import { startRedis, type TestRedis } from '@parley/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { place, readyPlacement } from '../testing/rooms.ts';
import { RoomState } from './room-state.ts';

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
  redis?.disconnect();
  await server?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  events = [];
  state = new RoomState(redis, (_uid, event) => events.push(RoomEvent.parse(event)));
  room = await place(redis, readyPlacement());
  await state.setGeneration(room, undefined, generation);
});

const newLoss = () => randomUUID() as MediaLossId;

async function enter(displayName: string, role: 'owner' | 'speaker' = 'speaker') {
  const id = randomUUID() as ParticipantId;
  const person = { id, displayName, role, rights: rightsOfRole[role], secretHash: 'hash' };
  await state.join(room, generation, room.maxParticipants, person, { replica: 'a', socket: randomUUID() });
  const producer: Producer = {
    id: randomUUID() as ProducerId,
    kind: 'audio',
    source: 'microphone',
    paused: false,
  };
  await state.producers.add(room, generation, id, producer);
  return { id, producer };
}

test('M8 who lost their media is named once, however often and by how many it is said', async () => {
  const [ada, grace] = [await enter('Ada'), await enter('Grace')];
  const loss = newLoss();
  events.length = 0;
  const lost = [
    { participant: ada.id, loss },
    { participant: randomUUID() as ParticipantId, loss },
  ];
  await Promise.all([1, 2, 3].map(() => state.moves.lose(room, generation, lost)));
  expect(events).toMatchObject([{ type: 'mediaLost', participantId: ada.id, generation, loss }]);
  const snapshot = await state.snapshot(room);
  expect(snapshot?.participants).toMatchObject([
    { id: ada.id, loss, producers: [] },
    { id: grace.id, producers: [grace.producer] },
  ]);
  expect(snapshot?.participants[1]).not.toHaveProperty('loss');
});

test('M8 a second loss is another, also of somebody whose role changed since', async () => {
  const owner = await enter('Ada', 'owner');
  const grace = await enter('"loss":"x",');
  const losses = [newLoss(), newLoss(), newLoss()];
  for (const [index, loss] of losses.entries()) {
    if (index === 1) await state.moderation.setRole(room, owner.id, grace.id, 'viewer');
    await state.moves.lose(room, generation, [{ participant: grace.id, loss }]);
    const person = await state.person(room.key, grace.id);
    expect(person).toMatchObject({
      loss,
      displayName: '"loss":"x",',
      rights: { publish: expect.any(Array) },
    });
  }
  expect(events.filter(({ type }) => type === 'mediaLost')).toHaveLength(3);
});

test('M8 what an earlier generation lost is nobody’s loss any more', async () => {
  const ada = await enter('Ada');
  await state.setGeneration(room, generation, 'second' as MediaGeneration);
  events.length = 0;
  await state.moves.lose(room, generation, [{ participant: ada.id, loss: newLoss() }]);
  expect(events).toEqual([]);
});

test('M8 V9 who has media on another SFU by now does not lose it with what they had before', async () => {
  const ada = await enter('Ada');
  const [main, branch] = [generation, 'branch' as MediaGeneration].map(generation => ({
    generation,
    sfu: room.sfu,
  })) as [Carrier, Carrier];
  await state.moves.setCarrier(room, main);
  const seen = await state.moves.places(room);
  if (!seen) throw new Error('The room has no state.');
  await state.branches.change(room, seen, { main, branches: [branch] });
  await state.producers.clear(room, ada.id, 'current', branch.generation);
  events.length = 0;
  // The SFU was not told that they went.
  await state.moves.lose(room, generation, [{ participant: ada.id, loss: newLoss() }]);
  expect(events).toEqual([]);
  const loss = newLoss();
  await state.moves.lose(room, branch.generation, [{ participant: ada.id, loss }]);
  expect(events).toMatchObject([{ type: 'mediaLost', generation: branch.generation, loss }]);
});
