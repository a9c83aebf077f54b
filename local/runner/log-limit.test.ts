import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shortenLogs } from './log-limit.ts';

test('a log above the limit is moved aside, and others are left alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-logs-'));
  await mkdir(join(folder, 'pod'));
  const [long, short] = [join(folder, 'pod/long.log'), join(folder, 'short.log')];
  await writeFile(long, 'x'.repeat(11));
  await writeFile(short, 'x'.repeat(10));
  await shortenLogs(folder, 10);
  await appendFile(long, 'new');
  expect(await readFile(long, 'utf8')).toBe('new');
  expect(await readFile(`${long}.previous`, 'utf8')).toHaveLength(11);
  expect(await readFile(short, 'utf8')).toHaveLength(10);
  await rm(folder, { recursive: true });
});
