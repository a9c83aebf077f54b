import type { Lobby, LobbyId } from '@parley/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HostLobby } from './host-lobby.ts';
import { checkMs } from './log.ts';

const lobby = (seq: number, ...names: string[]): Lobby => ({
  seq,
  waiting: names.map(displayName => ({
    id: displayName as LobbyId,
    displayName,
    since: '2026-01-01T00:00:00Z',
  })),
});
let shown: string[];
let asked: number;
let host: HostLobby;

beforeEach(() => {
  vi.useFakeTimers();
  shown = [];
  asked = 0;
  host = new HostLobby({
    changed: waiting => {
      shown = waiting.map(({ displayName }) => displayName);
    },
    ask: () => asked++,
  });
});
afterEach(() => {
  host.clear();
  vi.useRealTimers();
});

test('L5 the greatest number is shown, in whatever order they come', () => {
  host.take(lobby(5, 'Ann', 'Ben'));
  host.take(lobby(7, 'Ben'));
  host.take(lobby(6, 'Ann'));
  host.take(lobby(7, 'Ann'));
  host.take(undefined);
  expect(shown).toEqual(['Ben']);
});

test('L5 who hears nothing for a while asks, and whoever may not hear it does not', () => {
  vi.advanceTimersByTime(checkMs * 3);
  expect(asked).toBe(0);
  host.take(lobby(5, 'Ann'));
  vi.advanceTimersByTime(checkMs + 1);
  expect(asked).toBe(1);
  host.clear();
  expect(shown).toEqual([]);
  vi.advanceTimersByTime(checkMs * 3);
  expect(asked).toBe(1);
});

test('L5 after a new beginning smaller numbers count', () => {
  host.take(lobby(50, 'Ann'));
  host.clear();
  host.take(lobby(3, 'Ben'));
  expect(shown).toEqual(['Ben']);
});
