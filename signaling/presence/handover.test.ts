import { expect, test } from 'vitest';
import { type Handed, handOver, waveSize } from './handover.ts';

const some = (count: number) => {
  const open = new Set<Handed>();
  const ended: number[] = [];
  for (let i = 0; i < count; i++) {
    const one: Handed = {
      busy: false,
      close() {
        open.delete(one);
        ended.push(performance.now());
      },
    };
    open.add(one);
  }
  return { open, ended, connections: () => [...open] };
};

test('G6 waves are as large as the time demands, and never single', () => {
  expect(waveSize(10_000, 10_000)).toBe(250);
  expect(waveSize(60, 3000)).toBe(5);
  expect(waveSize(3, 10_000)).toBe(2);
  expect(waveSize(60, 0)).toBe(60);
});

test('G6 connections go in several waves', async () => {
  const { ended, connections } = some(12);
  expect(await handOver(connections, 1000)).toBe(12);
  const [first = 0] = ended;
  expect(ended.filter(at => at - first < 100).length).toBeLessThan(12);
});

test('G6 one alone goes at once', async () => {
  const { open, connections } = some(1);
  const going = handOver(connections, 60_000);
  expect(open.size).toBe(0);
  expect(await going).toBe(1);
});

test('G6 who is just joining is waited for, but not beyond the time', async () => {
  const { open, connections } = some(3);
  for (const one of open) one.busy = true;
  const going = handOver(connections, 600);
  const [late] = open;
  if (late) late.busy = false;
  expect(await going).toBe(1);
  expect(open.size).toBe(2);
});

test('a signal ends it', async () => {
  const { open, connections } = some(50);
  expect(await handOver(connections, 60_000, AbortSignal.abort())).toBe(0);
  expect(open.size).toBe(50);
});
