import type { MediaGeneration } from '@parley/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SendRequest } from '../connection/connection.ts';
import { Move } from './move.ts';

const [g1, g2, g3] = ['g1', 'g2', 'g3'] as [MediaGeneration, MediaGeneration, MediaGeneration];

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function moving() {
  const said: string[] = [];
  let fails = false;
  const request = (async (_: string, { generation }: { generation: string }) => {
    said.push(generation);
    if (fails) throw new Error('No answer.');
    return {};
  }) as unknown as SendRequest;
  const fail = (yes: boolean) => {
    fails = yes;
  };
  return { said, fail, move: new Move(request) };
}

test('V4 the end of a move is told once, and again only where that failed', async () => {
  const { said, fail, move } = moving();
  const room = { generation: g2, former: g1 };
  fail(true);
  move.finish(room, g2);
  move.finish(room, g2);
  await vi.runAllTimersAsync();
  expect(said).toEqual(['g2']);
  fail(false);
  move.finish(room, g2);
  await vi.runAllTimersAsync();
  move.finish(room, g2);
  await vi.runAllTimersAsync();
  expect(said).toEqual(['g2', 'g2']);
});

test('V10 who is elsewhere tells it of each move, though their own link stays', async () => {
  const { said, move } = moving();
  move.finish({ generation: g1, branches: [g3], former: g2 }, g1);
  await vi.runAllTimersAsync();
  move.finish({ generation: g1, branches: [g2], former: g3 }, g1);
  await vi.runAllTimersAsync();
  expect(said).toEqual(['g1', 'g1']);
});
