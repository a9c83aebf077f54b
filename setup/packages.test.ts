import { describe, expect, it } from 'vitest';
import { isInstalled, isNewEnough, npm } from './packages.mjs';

const lock = (packages: object) => JSON.stringify({ lockfileVersion: 3, packages });
const wanted = {
  '': { name: 'parley' },
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/other-system': { version: '1.0.0', integrity: 'sha512-o', optional: true, os: 'plan9' },
};
const { '': _root, 'node_modules/other-system': _other, ...made } = wanted;

describe('whether the npm packages are installed', () => {
  it('is so when npm made the tree of the lockfile, but for other systems', () => {
    expect(isInstalled(lock(wanted), lock(made))).toBe(true);
  });

  it.each([
    ['nothing was installed', undefined],
    ['an installation was interrupted', ''],
    ['a package is missing', lock({})],
    [
      'a package has another version',
      lock({ 'node_modules/a': { version: '2.0.0', integrity: 'sha512-a' } }),
    ],
    ['a package has other content', lock({ 'node_modules/a': { version: '1.0.0', integrity: 'sha512-b' } })],
  ])('is not so when %s', (_, made) => {
    expect(isInstalled(lock(wanted), made)).toBe(false);
  });
});

it('Node 24 or newer is new enough', () => {
  expect(['20.19.0', '22.20.0', '24.0.0', '24.9.0', '26.1.0'].map(isNewEnough)).toEqual([
    false,
    false,
    true,
    true,
    true,
  ]);
});

it('npm is the one that started set-up, and never another package manager', () => {
  expect(npm('/usr/lib/node_modules/npm/bin/npm-cli.js')).toEqual([
    process.execPath,
    '/usr/lib/node_modules/npm/bin/npm-cli.js',
  ]);
  expect(npm('/usr/lib/node_modules/pnpm/bin/pnpm.cjs')).toEqual(['npm']);
  expect(npm(undefined)).toEqual(['npm']);
});
