import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { redisCaFile, redisUrl } from './settings.ts';

const Settings = z.object({ REDIS_URL: redisUrl, REDIS_CA_FILE: redisCaFile });
const complaint = (settings: Record<string, string>) => {
  const { error } = Settings.safeParse(settings);
  return error && z.prettifyError(error);
};

test('no file is needed, and an empty name means none', () => {
  expect(Settings.parse({ REDIS_URL: 'redis://a' }).REDIS_CA_FILE).toBeUndefined();
  expect(Settings.parse({ REDIS_URL: 'redis://a', REDIS_CA_FILE: '' }).REDIS_CA_FILE).toBeUndefined();
});

test('what is wrong is named with its setting, and without the password', () => {
  const said = complaint({ REDIS_URL: 'redis://:hunter2/@a' });
  expect(said).toContain('REDIS_URL');
  expect(said).toContain('must hold host:port');
  expect(said).not.toContain('hunter2');
  expect(complaint({ REDIS_URL: 'redis://a', REDIS_CA_FILE: '/nowhere.pem' })).toMatch(/PEM.*ENOENT/);
});

test('a file that holds no certificate is refused at the start', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'parley-redis-'));
  try {
    await writeFile(join(dir, 'ca.pem'), 'no certificate');
    const said = complaint({ REDIS_URL: 'redis://a', REDIS_CA_FILE: join(dir, 'ca.pem') });
    expect(said).toContain('must name a readable file of PEM certificates');
  } finally {
    await rm(dir, { recursive: true });
  }
});
