import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

interface Report {
  benchmark: string;
  machine: { cores: number; node: string; programs: Record<string, string> };
  figures: { scenario: string; name: string; value: number }[];
}

const bench = (...args: string[]) =>
  promisify(execFile)(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
    timeout: 100_000,
  }).catch(
    // Status 1: an aim was missed, which says something of the machine.
    (error: { code: number; stdout: string; stderr: string }) => error,
  );

test('the operator can be measured, in small', { timeout: 120_000 }, async () => {
  const ran = await bench('operator', '--json', '--rooms', '50', '--only', 'burst');
  const { benchmark, machine, figures } = JSON.parse(ran.stdout) as Report;
  expect(benchmark).toBe('operator');
  expect(machine.programs).toHaveProperty('kube-apiserver');
  for (const { value } of figures) expect(value).toBeGreaterThan(0);
  // How many writes a Room takes depends on no clock.
  expect(figures.find(({ name }) => name === 'API writes per Room')?.value).toBeLessThanOrEqual(4);
});

test('what cannot be measured is refused with how to ask', async () => {
  expect(await bench('nothing')).toMatchObject({ code: 2, stderr: expect.stringContaining('npm run bench') });
  expect(await bench('operator', '--rooms', 'many')).toMatchObject({ code: 2 });
  expect(await bench('operator', '--only', 'magic')).toMatchObject({ code: 2 });
});
