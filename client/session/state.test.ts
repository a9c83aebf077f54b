import { RefusalError } from '@parley/protocol';
import { expect, test } from 'vitest';
import type { CallState } from '../types.ts';
import { nextState, type StateEvent, troubleOf } from './state.ts';

const later = new RefusalError('unavailable', 'Later.');
const no = new RefusalError('room_full', 'Full.');
const run = (...events: StateEvent[]) =>
  events.reduce<CallState>((state, event) => nextState(state, event), { status: 'idle' });

test('joins, at the second attempt', () => {
  expect(run({ type: 'join' })).toEqual({ status: 'joining', attempt: 1 });
  expect(run({ type: 'join' }, { type: 'attemptFailed', reason: later })).toEqual({
    status: 'joining',
    attempt: 2,
    reason: later,
  });
  expect(
    run({ type: 'join' }, { type: 'attemptFailed', reason: later }, { type: 'health', trouble: undefined }),
  ).toEqual({ status: 'joined' });
});

test('reconnects and is in again', () => {
  const joined = run({ type: 'join' }, { type: 'health', trouble: undefined });
  const lost = nextState(joined, { type: 'health', trouble: 'signaling' });
  expect(lost).toEqual({ status: 'reconnecting', cause: 'signaling' });
  expect(nextState(lost, { type: 'attemptFailed', reason: later })).toBe(lost);
  const media = nextState(lost, { type: 'health', trouble: 'media' });
  expect(media).toEqual({ status: 'reconnecting', cause: 'media' });
  expect(nextState(media, { type: 'health', trouble: undefined })).toEqual({ status: 'joined' });
});

test('is the same object when nothing changes', () => {
  const joined = run({ type: 'join' }, { type: 'health', trouble: undefined });
  expect(nextState(joined, { type: 'health', trouble: undefined })).toBe(joined);
  const lost = nextState(joined, { type: 'health', trouble: 'media' });
  expect(nextState(lost, { type: 'health', trouble: 'media' })).toBe(lost);
  expect(nextState(lost, { type: 'join' })).toBe(lost);
});

test('a refusal ends joining; joining may be tried again', () => {
  const refused = run({ type: 'join' }, { type: 'refused', error: no });
  expect(refused).toEqual({ status: 'refused', error: no });
  expect(nextState(refused, { type: 'health', trouble: undefined })).toBe(refused);
  expect(nextState(refused, { type: 'join' })).toEqual({ status: 'joining', attempt: 1 });
});

test('what has ended stays so', () => {
  const ended = run({ type: 'join' }, { type: 'ended', reason: 'room_ended', message: 'Over.' });
  for (const event of [
    { type: 'join' },
    { type: 'refused', error: no },
    { type: 'health', trouble: 'media' },
    { type: 'ended', reason: 'left', message: 'You left.' },
  ] satisfies StateEvent[]) {
    expect(nextState(ended, event)).toBe(ended);
  }
});

test('L1 L3 waits in the lobby for as long as it takes, and is let in', () => {
  const waits = (hostPresent: boolean) =>
    new RefusalError('in_lobby', 'Wait.', { lobby: { ticket: 't', hostPresent } });
  const before = run({ type: 'join' }, { type: 'attemptFailed', reason: waits(false) });
  expect(before).toEqual({ status: 'inLobby', hostPresent: false });
  expect(nextState(before, { type: 'attemptFailed', reason: waits(false) })).toBe(before);
  const after = nextState(before, { type: 'waiting', hostPresent: true });
  expect(after).toEqual({ status: 'inLobby', hostPresent: true });
  const admitted = nextState(after, { type: 'admitted' });
  expect(admitted).toEqual({ status: 'joining', attempt: 1 });
  expect(nextState(admitted, { type: 'admitted' })).toBe(admitted);
  expect(nextState(after, { type: 'attemptFailed', reason: later })).toMatchObject({ status: 'joining' });
  const away = { type: 'ended', reason: 'turned_away', message: 'No.' } as const;
  expect(nextState(after, away)).toMatchObject({ status: 'ended', reason: 'turned_away' });
});

test('L1 whoever has to join anew may have to wait again', () => {
  const lost = run(
    { type: 'join' },
    { type: 'health', trouble: undefined },
    { type: 'health', trouble: 'signaling' },
  );
  const reason = new RefusalError('in_lobby', 'Wait.');
  expect(nextState(lost, { type: 'attemptFailed', reason })).toEqual({
    status: 'inLobby',
    hostPresent: false,
  });
});

test('V2 media flows while one of the two links of a room that moves carries it', () => {
  const [good, bad] = [{ repairing: false }, { repairing: true }];
  expect(troubleOf(true, [bad, good])).toBeUndefined();
  expect(troubleOf(true, [undefined, good])).toBeUndefined();
  expect(troubleOf(true, [good, bad])).toBeUndefined();
  expect(troubleOf(true, [bad, undefined])).toBe('media');
  expect(troubleOf(true, [undefined, undefined])).toBe('media');
  expect(troubleOf(false, [good, undefined])).toBe('signaling');
});
