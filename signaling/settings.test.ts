import { expect, test } from 'vitest';
import { Settings } from './settings.ts';
import { replicaEnv } from './testing/processes.ts';

const parse = (TRUSTED_PROXIES: string) =>
  Settings.safeParse(replicaEnv('redis://127.0.0.1', 0, { TRUSTED_PROXIES }));

test.each([
  ['', []],
  ['203.0.113.0/24', ['203.0.113.0/24']],
  [' 203.0.113.7/32, 2001:db8::/32,', ['203.0.113.7/32', '2001:db8::/32']],
])('proxies are networks: %j', (text, trustedProxies) => {
  expect(parse(text).data).toMatchObject({ trustedProxies });
});

test.each([
  ['203.0.113.7', 'CIDR notation'],
  ['203.0.113.0/33', 'CIDR notation'],
  ['10.0.0.0/8,loadbalancer.example.org', 'CIDR notation'],
  ['0.0.0.0/0', 'everybody'],
  ['::/0', 'everybody'],
])('wrong proxies are named: %j', (text, message) => {
  const [issue] = parse(text).error?.issues ?? [];
  expect(issue?.path[0]).toBe('TRUSTED_PROXIES');
  expect(issue?.message).toContain(message);
});
