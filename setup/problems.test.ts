import { describe, expect, it } from 'vitest';
import { missingPackages } from './debian/packages.ts';
import { debianRelease, type Machine } from './machine.ts';
import { CannotInstallError, describeProblems, whyNoPackages } from './problems.ts';

const debian: Machine = { platform: 'linux', arch: 'x64', hasApt: true, debian: 'bookworm', root: 'no' };
const mac: Machine = { platform: 'darwin', arch: 'arm64', hasApt: false, debian: undefined, root: 'no' };

describe('what set-up says where it cannot install', () => {
  const problems = [
    new CannotInstallError('Redis: no root', ['redis-server']),
    new CannotInstallError(
      'Kubernetes: no root',
      ['etcd-server', 'redis-server'],
      'Or set KUBEBUILDER_ASSETS.',
    ),
  ];

  it('is one message with every missing thing and one command', () => {
    expect(describeProblems(problems, debian)).toBe(
      `Set-up cannot get everything here:
  - Redis: no root
  - Kubernetes: no root

Have root run:  sudo apt-get update && sudo apt-get install --no-install-recommends redis-server etcd-server
Or set KUBEBUILDER_ASSETS.
Then run the same command again: it goes on from here.`,
    );
  });

  it('names no apt-get where there is none', () => {
    expect(describeProblems(problems, mac)).not.toContain('apt-get');
    expect(describeProblems(problems, mac)).toContain('redis-server etcd-server');
  });
});

describe('whether packages can be installed', () => {
  it.each([
    [{ ...debian, root: 'self' as const }, undefined],
    [{ ...debian, root: 'sudo' as const }, undefined],
    [debian, 'this user is not root and sudo asks for a password'],
    [mac, 'this is no Debian (darwin without apt-get)'],
  ])('%j: %s', (machine, why) => {
    expect(whyNoPackages(machine)).toBe(why);
  });

  it('asks for those alone that are not wholly installed', () => {
    const states = 'make installed\njq half-configured\ncmake config-files\n';
    expect(missingPackages(['make', 'jq', 'cmake', 'g++'], states)).toEqual(['jq', 'cmake', 'g++']);
  });

  it('tells Debian from its children', () => {
    expect(debianRelease('ID=debian\nVERSION_CODENAME=bookworm\n')).toBe('bookworm');
    expect(debianRelease('ID="ubuntu"\nVERSION_CODENAME=noble\nID_LIKE=debian\n')).toBeUndefined();
    expect(debianRelease('')).toBeUndefined();
  });
});
