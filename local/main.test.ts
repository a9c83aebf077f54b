import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const run = (args: string[], env: Record<string, string> = {}) =>
  spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });

test.each(['abc', '-1', '65536', '8.5'])('refuses PARLEY_PORT=%s before it starts anything', wanted => {
  const { status, stdout, stderr } = run(['start'], { PARLEY_PORT: wanted });
  expect(status).toBe(2);
  expect(stderr).toContain(`PARLEY_PORT is "${wanted}"`);
  expect(stdout).toBe('');
});

test('tells how it is used', () => {
  expect(run(['start', '--help'])).toMatchObject({ status: 0, stderr: '' });
  expect(run(['--help']).stdout).toContain('PARLEY_PORT');
  expect(run(['begin'])).toMatchObject({ status: 2, stdout: '' });
});
