import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@parley/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-conformance-'));
});
afterAll(() => rm(dir, { recursive: true }));

const run = (args: string[], env: Record<string, string> = {}) =>
  new Promise<{ status: unknown; out: string; err: string }>(resolve => {
    const main = join(import.meta.dirname, 'main.ts');
    execFile(
      process.execPath,
      [main, ...args],
      { env: { PATH: process.env.PATH, ...env } },
      (error, out, err) => resolve({ status: error ? error.code : 0, out, err }),
    );
  });

test('says how it is used', async () => {
  const { status, out } = await run(['--help']);
  expect([status, out]).toEqual([0, expect.stringContaining('--api-key-file')]);
});

test.each([
  [['--nonsense'], 'nonsense'],
  [['--only', 'R3,Z9'], 'There is no check of Z9.'],
  [['--url', 'meet.example.org'], 'has to be an address'],
  [['--url', 'https://meet.example.org'], 'An API key is needed'],
  [['--url', 'https://meet.example.org', '--api-key-file', 'none.txt'], 'cannot be read'],
])('%j is refused in words', async (args, words) => {
  const { status, err } = await run(args);
  expect([status, err]).toEqual([2, expect.stringContaining(words)]);
});

test('what is in a file that is no key is not shown', async () => {
  const file = join(dir, 'key.txt');
  await writeFile(file, 'first: secret-one\nsecond: secret-two\n');
  const { status, out, err } = await run(['--url', 'http://127.0.0.1:9', '--api-key-file', file]);
  expect([status, err]).toEqual([2, expect.stringContaining('does not hold an API key')]);
  expect(out + err).not.toContain('secret');
});

test('a cluster that is not there is said, not tested', async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const { status, out, err } = await run(['--url', url, '--json'], { PARLEY_API_KEY: 'some-key' });
  expect([status, out, err]).toEqual([2, '', expect.stringContaining(`${url} does not answer`)]);
});
