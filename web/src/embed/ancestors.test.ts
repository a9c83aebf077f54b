import { expect, test } from 'vitest';
import { allowsParent } from './ancestors.ts';

const own = 'https://meet.example.org';

test.each<[string, string, boolean]>([
  ["'self'", own, true],
  ["'self'", 'https://example.org', false],
  ["'none'", own, false],
  ['', own, false],
  ["'self' https://intranet.example.org", 'https://intranet.example.org', true],
  ["'self'\thttps://INTRANET.example.org/", 'https://intranet.example.org', true],
  ['https://intranet.example.org', 'http://intranet.example.org', false],
  ['http://intranet.example.org', 'https://intranet.example.org', true],
  ['https://intranet.example.org', 'https://intranet.example.org:8443', false],
  ['https://intranet.example.org:8443', 'https://intranet.example.org:8443', true],
  ['https://intranet.example.org:443', 'https://intranet.example.org', true],
  ['https://intranet.example.org:*', 'https://intranet.example.org:8443', true],
  ['https://intranet.example.org', 'https://intranet.example.org.evil.test', false],
  ['https://*.example.org', 'https://a.b.example.org', true],
  ['https://*.example.org', 'https://example.org', false],
  ['https://*.example.org', 'https://evilexample.org', false],
  ['intranet.example.org', 'https://intranet.example.org', true],
  // As our own scheme is https.
  ['intranet.example.org', 'http://intranet.example.org', false],
  ['https:', 'https://anything.test', true],
  ['https:', 'http://anything.test', false],
  ['*', 'http://anything.test:81', true],
  ['http://127.0.0.1:4321', 'http://127.0.0.1:4321', true],
  ['http://[::1]:4321', 'http://[::1]:4321', true],
  // Frames without an origin, and what is none.
  ['*', 'null', false],
  ['*', 'file://', false],
  ['*', 'https://example.org/path', false],
  ['https://', 'https://example.org', false],
])('%s lets %s in: %s', (sources, parent, expected) => {
  expect(allowsParent(sources, parent, own)).toBe(expected);
});
