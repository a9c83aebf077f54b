import { type Condition, type RoomStatus, roomConditions } from '@parley/resources';
import { expect, test } from 'vitest';
import { makeRoom } from '../test/make.ts';
import { secondsUntilReady } from './first-ready.ts';
import type { Gate } from './gate.ts';

const open: Gate = { state: 'open', openedAt: undefined, closesAt: undefined };
const made = Date.parse('2026-01-01T00:00:00Z');
const after = (seconds: number) => new Date(made + seconds * 1_000);
const says = (type: string, status: 'True' | 'False', seconds: number): Condition => ({
  ...{ type, status, reason: 'Any', message: '', observedGeneration: 1 },
  lastTransitionTime: after(seconds).toISOString(),
});

function roomThatSaid(...conditions: Condition[]) {
  const room = makeRoom();
  return { ...room, status: { ...room.status, conditions } };
}

const status = (phase: RoomStatus['phase']): RoomStatus => ({ ...makeRoom().status, phase });

test('a room that is ready at once or after a while waited since it was made', () => {
  const fresh = roomThatSaid();
  expect(secondsUntilReady(fresh, status('Ready'), open, after(1.5))).toBe(1.5);
  expect(secondsUntilReady(fresh, status('Pending'), open, after(1.5))).toBeUndefined();
  const waited = roomThatSaid(
    says(roomConditions.accepted, 'True', 1),
    says(roomConditions.ready, 'False', 1),
  );
  expect(secondsUntilReady(waited, status('Ready'), open, after(40))).toBe(40);
});

test('a room that was ready before does not count again', () => {
  const accepted = says(roomConditions.accepted, 'True', 1);
  const ready = roomThatSaid(accepted, says(roomConditions.ready, 'True', 1));
  expect(secondsUntilReady(ready, status('Ready'), open, after(40))).toBeUndefined();
  const lost = roomThatSaid(accepted, says(roomConditions.ready, 'False', 30));
  expect(secondsUntilReady(lost, status('Ready'), open, after(40))).toBeUndefined();
});

test('a room with a schedule waited since it should be open', () => {
  const waited = roomThatSaid(
    says(roomConditions.accepted, 'True', 1),
    says(roomConditions.ready, 'False', 1),
  );
  const opened: Gate = { ...open, openedAt: after(3_600).getTime() };
  expect(secondsUntilReady(waited, status('Ready'), opened, after(3_602))).toBe(2);
  // Who may join before that does not wait.
  expect(secondsUntilReady(waited, status('Ready'), opened, after(3_590))).toBe(0);
});
