import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheDir, fingerprint, recipeFingerprint } from './cache.ts';
import { keep } from './keep.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-cache-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the cache', () => {
  it('lies where PARLEY_CACHE, XDG_CACHE_HOME or the home folder say', () => {
    expect(cacheDir({ PARLEY_CACHE: '/c', XDG_CACHE_HOME: '/x' }, '/home/me')).toBe('/c');
    expect(cacheDir({ XDG_CACHE_HOME: '/x' }, '/home/me')).toBe('/x/parley');
    expect(cacheDir({}, '/home/me')).toBe('/home/me/.cache/parley');
  });

  it('knows a recipe by names and content, in any order', () => {
    const a = fingerprint([
      ['x', '1'],
      ['y', '2'],
    ]);
    expect(a).toMatch(/^[0-9a-f]{8}$/);
    expect(
      fingerprint([
        ['y', '2'],
        ['x', '1'],
      ]),
    ).toBe(a);
    expect(fingerprint([['x', '12']])).not.toBe(a);
    expect(
      fingerprint([
        ['x', '2'],
        ['y', '1'],
      ]),
    ).not.toBe(a);
  });

  it('takes a change of the recipe for a new one, and a change of what drives it for none', async () => {
    await writeFile(join(folder, 'build.sh'), 'one');
    const first = recipeFingerprint(folder);
    await writeFile(join(folder, 'install.ts'), 'driver');
    expect(recipeFingerprint(folder)).toBe(first);
    await writeFile(join(folder, 'build.sh'), 'two');
    expect(recipeFingerprint(folder)).not.toBe(first);
  });

  it('makes a folder once, also when two want it at the same time', async () => {
    const target = join(folder, 'tool', '1.0');
    let made = 0;
    const make = async (unfinished: string) => {
      made += 1;
      await writeFile(join(unfinished, 'tool'), 'whole');
    };
    await Promise.all([keep(target, 'tool', make), keep(target, 'tool', make)]);
    await keep(target, 'tool', make);
    expect(made).toBe(1);
    expect(await readFile(join(target, 'tool'), 'utf8')).toBe('whole');
    expect(await readdir(join(folder, 'tool'))).toEqual(['1.0']);
  });

  it('keeps nothing of what failed, and makes anew what is not whole', async () => {
    const target = join(folder, 'tool', '1.0');
    await expect(
      keep(target, 'tool', async unfinished => {
        await writeFile(join(unfinished, 'half'), '');
        throw new Error('out of luck');
      }),
    ).rejects.toThrow('out of luck');
    expect(await readdir(join(folder, 'tool'))).toEqual([]);
    await keep(target, 'tool', unfinished => writeFile(join(unfinished, 'tool'), ''));
    await rm(join(target, 'tool'));
    await keep(target, 'tool', unfinished => writeFile(join(unfinished, 'tool'), ''));
    expect(await readdir(target)).toEqual(['tool']);
  });
});
