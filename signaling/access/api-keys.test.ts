import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createLogger } from '@parley/telemetry';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ApiKeys, createApiKey, parseApiKeys } from './api-keys.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-api-keys-'));
});
afterAll(() => rm(dir, { recursive: true }));

const quiet = createLogger('test');
quiet.level = 'silent';
const bearer = (key: string) => `Bearer ${key}`;
const crm = createApiKey('crm', ['rooms:read', 'tokens']);

async function keysOf(text: string, apiKey?: string) {
  const apiKeysFile = join(dir, 'api-keys');
  await writeFile(apiKeysFile, text);
  const keys = new ApiKeys({ apiKey, apiKeysFile }, quiet);
  await keys.load();
  return { keys, write: (text: string) => writeFile(apiKeysFile, text) };
}

test('a key may do what its scopes say', async () => {
  const { keys } = await keysOf(`# programs of sales\n\n  ${crm.line}  \n`);
  expect(keys.require(bearer(crm.key), 'tokens')).toBe('crm');
  expect(() => keys.require(bearer(crm.key), 'rooms:write')).toThrow(
    expect.objectContaining({ code: 'forbidden', message: expect.stringContaining('rooms:write') }),
  );
});

test('what is kept of a key does not let anybody in', async () => {
  expect(crm.line).not.toContain(crm.key.slice('parley_crm_'.length));
  const { keys } = await keysOf(crm.line);
  const hash = crm.line.split(' ')[1] ?? '';
  for (const wrong of [hash, `parley_crm_${hash}`, `${crm.key}x`, createApiKey('crm', ['tokens']).key]) {
    expect(() => keys.require(bearer(wrong), 'tokens')).toThrow(
      expect.objectContaining({ code: 'unauthenticated' }),
    );
  }
});

test('the key of the environment may do everything, and only as a bearer token', async () => {
  const { keys } = await keysOf(crm.line, 'the-one-key-of-before');
  expect(keys.require(bearer('the-one-key-of-before'), 'rooms:write')).toBe('default');
  expect(keys.require(bearer(crm.key), 'tokens')).toBe('crm');
  const wrong = [
    undefined,
    '',
    'the-one-key-of-before',
    'Basic the-one-key-of-before',
    'Bearer ',
    'Bearer x',
  ];
  for (const header of wrong) expect(() => keys.require(header, 'tokens')).toThrow(/API key/);
});

test('a key is changed without an end in between: the new one counts, then the old one does not', async () => {
  const { keys, write } = await keysOf(crm.line);
  const next = createApiKey('crm-2', ['tokens']);
  await write(`${crm.line}\n${next.line}\n`);
  await keys.load();
  expect(keys.require(bearer(crm.key), 'tokens')).toBe('crm');
  expect(keys.require(bearer(next.key), 'tokens')).toBe('crm-2');
  await write(next.line);
  await keys.load();
  expect(() => keys.require(bearer(crm.key), 'tokens')).toThrow(/API key/);
  expect(keys.require(bearer(next.key), 'tokens')).toBe('crm-2');
});

test('a file that is not there has no keys; one that cannot be read changes nothing', async () => {
  const { keys } = await keysOf(crm.line);
  const unreadable = new ApiKeys({ apiKeysFile: dir }, quiet);
  await expect(unreadable.load()).rejects.toThrow();
  await rm(join(dir, 'api-keys'));
  await keys.load();
  expect(() => keys.require(bearer(crm.key), 'tokens')).toThrow(/API key/);
});

test('lines with a mistake are named, and all others count', async () => {
  const hash = 'a'.repeat(64);
  const text = [
    `Crm ${hash} tokens`,
    'short abc tokens',
    `scopes ${hash} tokens,everything`,
    `none ${hash}`,
    crm.line,
    crm.line,
  ].join('\n');
  const { keys, mistakes } = parseApiKeys(text);
  expect([...keys.keys()]).toEqual(['crm']);
  expect(mistakes.map(mistake => mistake.split(':')[0])).toEqual([1, 2, 3, 4, 6].map(line => `Line ${line}`));
  expect(mistakes.join()).not.toContain(hash);

  const said = vi.spyOn(quiet, 'error');
  await keysOf(text);
  expect(said).toHaveBeenCalledOnce();
});

test('the command makes a key and the line for the file', async () => {
  const command = fileURLToPath(new URL('../new-api-key.ts', import.meta.url));
  const run = (...args: string[]) => promisify(execFile)(process.execPath, [command, ...args]);
  const { stdout } = await run('crm', 'rooms:read,tokens');
  const key = /parley_crm_\S+/.exec(stdout)?.[0] ?? '';
  const line = /^ *(crm \S+ \S+)$/m.exec(stdout)?.[1] ?? '';
  const { keys } = await keysOf(line);
  expect(keys.require(bearer(key), 'rooms:read')).toBe('crm');
  for (const args of [[], ['crm'], ['crm', 'everything'], ['C R M', 'tokens']]) {
    await expect(run(...args)).rejects.toMatchObject({ code: 64 });
  }
});
