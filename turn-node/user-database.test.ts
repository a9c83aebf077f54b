import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UserDatabase } from './user-database.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-turndb-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('peers outlive the process', () => {
  const file = join(folder, 'turndb');
  const first = new UserDatabase(file);
  first.setPeers(['192.0.2.1', '192.0.2.2']);
  first.setPeers(['192.0.2.2', '192.0.2.3', '192.0.2.3']);
  first.close();
  const second = new UserDatabase(file);
  expect(second.peers).toEqual(['192.0.2.2', '192.0.2.3']);
  second.close();
});

test('a file that is no database is made anew', async () => {
  const file = join(folder, 'turndb');
  await writeFile(file, 'This was torn by a crash. '.repeat(1_000));
  const database = new UserDatabase(file);
  expect(database.peers).toEqual([]);
  database.close();
});
