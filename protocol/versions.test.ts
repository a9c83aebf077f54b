import { expect, test } from 'vitest';
import { type RefusalCode, refusals } from './errors.ts';
import type { MediaGeneration, MediaLossId, ParticipantId, ProducerId } from './ids.ts';
import { Goodbye, RoomEvent } from './signaling.ts';
import { GoodbyeV1, RefusalV1, RoomEventV1 } from './testing/version-1.ts';
import {
  eventFor,
  goodbyeFor,
  hearsInteraction,
  hearsLobby,
  hearsWelcome,
  isOlderServer,
  isSpoken,
  knowsReports,
  mayAsk,
  olderDialectOf,
  oldestVersion,
  protocolVersion,
  refusalFor,
  snapshotFor,
} from './versions.ts';

const first = { version: 1, revision: 0 };
const revised = { version: 1, revision: 1 };
const second = { version: 2, revision: 0 };
const moving = { version: 2, revision: 1 };

test('C7 the newest version and the one before it are spoken, and no other', () => {
  expect(oldestVersion).toBe(protocolVersion - 1);
  expect([-1, 0, 1, 2, 3].filter(isSpoken)).toEqual([1, 2]);
});

test('C2 a server that refuses a version says what it speaks, but for those of version 1', () => {
  const refusal = { code: 'unsupported_version', message: 'No.' };
  expect(isOlderServer(refusal)).toBe(true);
  expect(isOlderServer({ ...refusal, served: { version: protocolVersion - 1, oldestVersion: 1 } })).toBe(
    true,
  );
  const newer = { version: protocolVersion + 2, oldestVersion: protocolVersion + 1 };
  expect(isOlderServer({ ...refusal, served: newer })).toBe(false);
});

test('S3 version 1 alone asks for a snapshot', () => {
  expect([first, revised, second].map(dialect => mayAsk(dialect, 'snapshot'))).toEqual([true, true, false]);
  expect([first, revised, second].map(dialect => mayAsk(dialect, 'sync'))).toEqual([true, true, true]);
});

test('Q1 reports are for those who know them', () => {
  const dialects = [
    revised,
    second,
    { version: 2, revision: 3 },
    { version: 2, revision: 4 },
    { version: 3, revision: 0 },
  ];
  const known = [false, false, false, true, true];
  expect(dialects.map(knowsReports)).toEqual(known);
  for (const name of ['reportQuality', 'reportJoin'] as const) {
    expect(dialects.map(dialect => mayAsk(dialect, name))).toEqual(known);
  }
});

test('C8 welcome is for those who know it', () => {
  expect([first, revised, second].map(hearsWelcome)).toEqual([false, false, true]);
});

test('C6 who does not know room_closed hears words that they know', () => {
  const closed = { reason: 'Suspended' } as const;
  const refusal = { code: 'room_closed', message: 'Closed.', closed } as const;
  const goodbye = { reason: 'room_closed', message: 'Closed.', closed } as const;
  expect(refusalFor(first, refusal)).toEqual({ ...refusal, code: 'room_rejected' });
  expect(goodbyeFor(first, goodbye)).toEqual({ ...goodbye, reason: 'room_ended' });
  for (const dialect of [revised, second, { version: 3, revision: 0 }]) {
    expect(refusalFor(dialect, refusal)).toEqual(refusal);
    expect(goodbyeFor(dialect, goodbye)).toEqual(goodbye);
  }
});

test.each<RefusalCode>(['room_full', 'bad_request', 'internal'])('C7 everybody knows %s', code => {
  expect(refusalFor(first, { code, message: 'No.' })).toEqual({ code, message: 'No.' });
});

test('O8 version 1 hears of moderation in words that it knows', () => {
  for (const old of [first, revised]) {
    expect(refusalFor(old, { code: 'room_locked', message: 'Locked.' }).code).toBe('room_rejected');
    expect(refusalFor(old, { code: 'removed', message: 'Removed.' }).code).toBe('room_ended');
    expect(goodbyeFor(old, { reason: 'removed', message: 'Removed.' }).reason).toBe('room_ended');
  }
  expect(goodbyeFor(second, { reason: 'removed', message: 'Removed.' }).reason).toBe('removed');
});

test('L10 version 1 hears of lobbies in words that it knows', () => {
  for (const old of [first, revised]) {
    expect(hearsLobby(old)).toBe(false);
    expect(refusalFor(old, { code: 'in_lobby', message: 'Wait.' }).code).toBe('room_rejected');
    expect(refusalFor(old, { code: 'turned_away', message: 'No.' }).code).toBe('room_rejected');
  }
  expect(hearsLobby(second)).toBe(true);
  expect(refusalFor(second, { code: 'in_lobby', message: 'Wait.' }).code).toBe('in_lobby');
});

const [g1, g2] = ['g1' as MediaGeneration, 'g2' as MediaGeneration];
const change = { seq: 2, at: 2, after: 1 };

test('V7 who does not know moves hears that the media is new, and nothing of the end of the move', () => {
  const moved = { type: 'mediaMoved', ...change, generation: g2, from: g1 } as const;
  const finished = { type: 'moveFinished', ...change, generation: g2 } as const;
  const locked = { type: 'roomLocked', ...change, locked: true } as const;
  for (const dialect of [first, revised, second]) {
    expect(eventFor(dialect, moved)).toEqual({ type: 'mediaReset', ...change, generation: g2 });
    expect(eventFor(dialect, finished)).toBeUndefined();
    expect(eventFor(dialect, locked)).toEqual(dialect === second ? locked : undefined);
  }
  expect([moved, finished, locked].map(event => eventFor(moving, event))).toEqual([moved, finished, locked]);
});

const g3 = 'g3' as MediaGeneration;

test('V11 who knows of one SFU a room hears of producers as of that one, and takes moves among several for gaps', () => {
  const newest = { version: 2, revision: 3 };
  const producer = { id: 'p' as ProducerId, kind: 'audio', source: 'microphone', paused: false } as const;
  const added: RoomEvent = {
    type: 'producerAdded',
    ...change,
    participantId: 'ada' as ParticipantId,
    producer: { ...producer, generation: g2 },
  };
  const moved: RoomEvent = {
    type: 'mediaMoved',
    ...change,
    generation: g3,
    from: g2,
    main: g1,
    branches: [g3],
  };
  const branched: RoomEvent = { type: 'mediaBranches', ...change, branches: [g2] };
  const lost: RoomEvent = {
    type: 'mediaLost',
    ...change,
    participantId: 'ada' as ParticipantId,
    generation: g2,
    loss: 'loss' as MediaLossId,
  };
  for (const dialect of [moving, { version: 2, revision: 2 }]) {
    expect(eventFor(dialect, added)).toEqual({ ...added, producer });
    expect([moved, branched].map(event => eventFor(dialect, event))).toEqual([undefined, undefined]);
    expect(eventFor(dialect, { ...lost, several: true })).toBeUndefined();
    expect(eventFor(dialect, lost)).toEqual(lost);
  }
  expect([added, moved, branched].map(event => eventFor(newest, event))).toEqual([added, moved, branched]);
});

test('V11 who knows of one SFU a room is shown all producers as of that one, but for those that it moves from', () => {
  const producer = (id: string, generation?: MediaGeneration) =>
    ({
      id: id as ProducerId,
      kind: 'audio',
      source: 'microphone',
      paused: false,
      ...(generation && { generation }),
    }) as const;
  const one = { id: 'ada' as ParticipantId, displayName: 'Ada', role: 'speaker', connected: true } as const;
  const state = { seq: 2, at: 2, generation: g1, locked: false };
  const producers = [producer('main', g1), producer('further', g2), producer('former', g3)];
  const snapshot = { ...state, branches: [g2], former: g3, participants: [{ ...one, producers }] };
  expect(snapshotFor({ version: 2, revision: 3 }, snapshot)).toBe(snapshot);
  expect(snapshotFor(moving, snapshot)).toEqual({
    ...state,
    participants: [{ ...one, producers: [producer('main'), producer('further')] }],
  });
});

test('V7 who does not know moves is shown nothing of the former media', () => {
  const producer = (id: string, generation?: MediaGeneration) =>
    ({ id: id as ProducerId, kind: 'audio', source: 'microphone', paused: false, generation }) as const;
  const one = { id: 'ada' as ParticipantId, displayName: 'Ada', role: 'speaker', connected: true } as const;
  const participants = [{ ...one, producers: [producer('old', g1), producer('new', g2), producer('newer')] }];
  const snapshot = { seq: 2, at: 2, generation: g2, former: g1, locked: false, participants };
  expect(snapshotFor(moving, snapshot)).toBe(snapshot);
  expect(snapshotFor(second, snapshot)).toEqual({
    seq: 2,
    at: 2,
    generation: g2,
    locked: false,
    participants: [{ ...one, producers: [producer('new', g2), producer('newer')] }],
  });
});

test('C7 whatever is refused, said of the end or told of the room, version 1 has a schema for it or hears nothing', () => {
  for (const code of Object.keys(refusals) as RefusalCode[]) {
    RefusalV1.parse(refusalFor(revised, { code, message: 'No.' }));
  }
  for (const reason of Goodbye.shape.reason.options) {
    GoodbyeV1.parse(goodbyeFor(revised, { reason, message: 'Bye.' }));
  }
  const known = RoomEventV1.options.map(({ shape }) => shape.type.value as string);
  for (const { shape } of RoomEvent.options) {
    const type = shape.type.value;
    const said = eventFor(first, { type } as RoomEvent);
    expect(said === undefined || known.includes(said.type), type).toBe(true);
    if (known.includes(type)) expect(said).toEqual({ type });
  }
});

test('C7 each client hears events in the newest words that it knows', () => {
  expect(olderDialectOf(first)).toEqual(first);
  expect(olderDialectOf(revised)).toEqual(first);
  expect(olderDialectOf(second)).toEqual(second);
  expect(olderDialectOf({ version: 2, revision: 2 })).toEqual(moving);
  expect(olderDialectOf({ version: 2, revision: 3 })).toEqual({ version: 2, revision: 3 });
  expect(olderDialectOf({ version: 2, revision: 4 })).toEqual({ version: 2, revision: 3 });
  expect(olderDialectOf({ version: 2, revision: 5 })).toBeUndefined();
});

test('I1 raised hands are a gap to those who do not know them, and they have no requests about what they do not know', () => {
  const known = { version: 2, revision: 5 };
  const raised: RoomEvent = {
    type: 'handRaised',
    ...change,
    participantId: 'ada' as ParticipantId,
    raised: true,
  };
  for (const dialect of [first, second, moving, { version: 2, revision: 4 }]) {
    expect(hearsInteraction(dialect)).toBe(false);
    expect(eventFor(dialect, raised)).toBeUndefined();
    for (const name of ['raiseHand', 'react', 'signal', 'bans'] as const)
      expect(mayAsk(dialect, name)).toBe(false);
  }
  expect(hearsInteraction(known)).toBe(true);
  expect(eventFor(known, raised)).toBe(raised);
  expect(mayAsk(known, 'raiseHand')).toBe(true);
});

test('O14 who does not know bans hears that they were removed, and version 1 what it hears then', () => {
  const heard = [revised, { version: 2, revision: 4 }, { version: 2, revision: 5 }].map(dialect => [
    refusalFor(dialect, { code: 'banned', message: 'No.' }).code,
    goodbyeFor(dialect, { reason: 'banned', message: 'Bye.' }).reason,
  ]);
  expect(heard).toEqual([
    ['room_ended', 'room_ended'],
    ['removed', 'removed'],
    ['banned', 'banned'],
  ]);
});
