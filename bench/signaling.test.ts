import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { delays } from './signaling/delays.ts';

interface Report {
  benchmark: string;
  machine: { programs: Record<string, string> };
  figures: { scenario: string; name: string; value: number }[];
}

const bench = (...args: string[]) =>
  promisify(execFile)(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
    timeout: 280_000,
  }).catch(
    // Status 1: an aim was missed, which says something of the machine.
    (error: { code: number; stdout: string; stderr: string }) => error,
  );

test('signaling can be measured, in small', { timeout: 300_000 }, async () => {
  const ran = await bench('signaling', '--json', '--clients', '20', '--seconds', '1');
  expect(ran.stdout, ran.stderr).not.toBe('');
  const { benchmark, machine, figures } = JSON.parse(ran.stdout) as Report;
  expect(benchmark).toBe('signaling');
  expect(machine.programs).toHaveProperty('redis');
  const scenarios = new Set(figures.map(({ scenario }) => scenario));
  expect([...scenarios]).toEqual(['joins', 'fanout', 'messages', 'memory', 'failover']);
  const value = (wanted: string) => figures.find(({ name }) => name === wanted)?.value;
  // These depend on no clock: every second one of them was on the replica that was killed.
  expect(value('resumed')).toBe(10);
  expect(value('not back')).toBe(0);
  expect(value('a room of 20, not heard')).toBe(0);
  expect(value('4 rooms of 5, not heard')).toBe(0);
  expect(value('messages per second')).toBeGreaterThan(0);
});

test('what cannot be measured is refused with how to ask', async () => {
  expect(await bench('signaling', '--rooms', '10')).toMatchObject({ code: 2 });
  expect(await bench('signaling', '--only', 'burst')).toMatchObject({ code: 2 });
});

test('a delay is from what one said to each who heard it', () => {
  const room = 'default/one' as Parameters<typeof delays>[0][number]['room'];
  const said = [{ room, seq: 4, at: 10 }];
  const heard = [
    { room, seq: 4, at: 12 },
    { room, seq: 4, at: 13 },
    { room, seq: 5, at: 14 },
  ];
  expect(delays(said, heard)).toEqual([2, 3]);
});
