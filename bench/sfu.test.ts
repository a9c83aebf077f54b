import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { busyShare } from './process-tree.ts';

interface Report {
  benchmark: string;
  machine: { programs: Record<string, string> };
  figures: { scenario: string; name: string; value: number; unit: string }[];
}

const bench = (...args: string[]) =>
  promisify(execFile)(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
    timeout: 280_000,
  }).catch(
    // Status 1: an aim was missed, which says something of the machine.
    (error: { code: number; stdout: string; stderr: string }) => error,
  );

test('an SFU can be measured, in small', { timeout: 300_000 }, async () => {
  const ran = await bench('sfu', '--json', '--clients', '3', '--seconds', '1');
  expect(ran.stdout, ran.stderr).not.toBe('');
  const { benchmark, machine, figures } = JSON.parse(ran.stdout) as Report;
  expect(benchmark).toBe('sfu');
  expect(machine.programs).toHaveProperty('mediasoup');
  const scenarios = new Set(figures.map(({ scenario }) => scenario));
  expect([...scenarios]).toEqual(['1to100', '1to300', '10x10', 'spread', 'setup']);
  const costs = figures.filter(({ name }) => name === 'processor time per forwarded packet');
  expect(costs).toHaveLength(3);
  for (const { value } of [...costs, ...figures.filter(({ unit }) => unit === 'ms')]) {
    expect(value).toBeGreaterThan(0);
  }
});

test('a machine is busy by the share of its time that was not idle', () => {
  expect(busyShare({ busy: 10, idle: 100 }, { busy: 40, idle: 110 })).toBe(0.75);
});
