import { PipeId, type SfuInstance } from '@parley/protocol';
import { createLogger } from '@parley/telemetry';
import { eventually, freePort } from '@parley/testing';
import { expect, it } from 'vitest';
import { refusalCode, token } from '../test-sfu.ts';
import { Batch } from './batch.ts';
import { ExpectedPipes } from './expected-pipes.ts';
import { Peers } from './peers.ts';

const log = createLogger('test');
log.level = 'silent';
const instance = () => crypto.randomUUID() as SfuInstance;
const place = async () => ({
  pod: 'other',
  instance: instance(),
  controlUrl: `http://127.0.0.1:${await freePort()}`,
});

it('an SFU that nobody answers for is given up unless Redis knows it, which it may as long as it likes', async () => {
  const known = new Set<SfuInstance>();
  const isAlive = async (asked: { instance: SfuInstance }) => known.has(asked.instance);
  const peers = new Peers({ own: instance(), token, limit: 2, giveUpMs: 2_000, isAlive, log });
  const changes: number[] = [];
  peers.onChanged(() => changes.push(peers.cutOff.length));
  const [dead, alive] = [await place(), await place()];
  for (const one of [dead, alive]) known.add(one.instance);
  expect(await Promise.all([dead, alive].map(one => refusalCode(peers.use(one))))).toEqual([
    'unavailable',
    'unavailable',
  ]);
  expect(await refusalCode(peers.use(await place()))).toBe('unavailable');
  expect(peers.all).toHaveLength(2);
  await eventually('both to be cut off', () => peers.cutOff.length === 2);
  known.delete(dead.instance);
  await eventually('one to be given up', () => peers.all.length === 1);
  expect(peers.cutOff).toEqual([alive.instance]);
  expect(changes).toEqual([1, 2, 1]);
  peers.close();
});

it('an SFU does not call itself', async () => {
  const own = instance();
  const peers = new Peers({ own, token, limit: 2, isAlive: async () => true, log });
  expect(await refusalCode(peers.use({ ...(await place()), instance: own }))).toBe('not_found');
  peers.close();
});

it('an answer tells of what was sent before its question, and of what nobody wants', () => {
  const pipes = new ExpectedPipes();
  const id = () => PipeId.parse(crypto.randomUUID());
  const [known, fresh, asked, stray] = [id(), id(), id(), id()];
  const gone: [string, boolean][] = [];
  const expectPipe = (name: string, pipe: PipeId) =>
    pipes.add(pipe, forgotten => gone.push([name, forgotten]));
  expectPipe('known', known);
  expectPipe('fresh', fresh);
  expectPipe('asked', asked);
  pipes.sent(known, 1);
  pipes.sent(fresh, 3);
  expect(pipes.compare([known, stray], 2)).toEqual([stray]);
  expect(gone).toEqual([]);
  expect(pipes.compare([], 2)).toEqual([]);
  expect(gone).toEqual([['known', false]]);
  pipes.end(true);
  expect(gone.slice(1).sort()).toEqual([
    ['asked', true],
    ['fresh', true],
  ]);
  expect(pipes.size).toBe(0);
});

it('what is asked for at the same time is asked for together, and each gets its own answer', async () => {
  const calls: number[][] = [];
  const halves = new Batch<number, number>(3, async numbers => {
    calls.push(numbers);
    if (numbers.includes(9)) throw new Error('all');
    return one => {
      if (one % 2 === 1) throw new Error(`odd ${one}`);
      return one / 2;
    };
  });
  const outcomes = await Promise.allSettled([2, 3, 4, 6, 9].map(one => halves.ask(one)));
  expect(calls).toEqual([
    [2, 3, 4],
    [6, 9],
  ]);
  expect(outcomes.map(one => (one.status === 'fulfilled' ? one.value : one.reason.message))).toEqual([
    1,
    'odd 3',
    2,
    'all',
    'all',
  ]);
});
