import { expect, test } from 'vitest';
import { clash } from './host-ports.ts';
import { repositoryOf } from './images.ts';
import { rewritePaths } from './volumes.ts';

test.each([
  ['redis', 'redis'],
  ['redis:7', 'redis'],
  ['docker.io/library/redis:7', 'redis'],
  ['localhost:5000/parley/web:1.2', 'parley/web'],
  ['ghcr.io/acme/parley/web@sha256:abc', 'acme/parley/web'],
  ['coturn/coturn:4.6@sha256:abc', 'coturn/coturn'],
])('%s is of the repository %s', (reference, repository) => {
  expect(repositoryOf(reference)).toBe(repository);
});

test('mounted paths are rewritten as whole paths only, longer ones first', () => {
  const mounts = [
    { path: '/etc/app', real: '/pod/a' },
    { path: '/etc/app/tls', real: '/pod/b' },
  ];
  const real = (text: string) => rewritePaths(text, mounts);
  expect(real('/etc/app/x.conf')).toBe('/pod/a/x.conf');
  expect(real('--cert=/etc/app/tls/crt,/etc/app')).toBe('--cert=/pod/b/crt,/pod/a');
  expect(real('/etc/application /my/etc/app')).toBe('/etc/application /my/etc/app');
});

test('a host port is taken per protocol', () => {
  const port = { protocol: 'UDP', hostPort: 40_000, containerPort: 1 } as const;
  expect(clash([port], [{ ...port, protocol: 'TCP' }])).toBeUndefined();
  expect(clash([port], [port])).toBe(port);
});
