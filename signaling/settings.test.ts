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

test.each([
  [undefined, 10_000],
  ['0', 0],
  ['2', 2_000],
  ['120', 120_000],
])('clients are asked how calls go every so many seconds: %j', (text, reportEveryMs) => {
  const env = replicaEnv('redis://127.0.0.1', 0, text === undefined ? {} : { QUALITY_REPORT_SECONDS: text });
  expect(Settings.parse(env)).toMatchObject({ reportEveryMs });
});

test.each(['1', '-1', '121', 'often'])('but not as often as that: %j', text => {
  const env = replicaEnv('redis://127.0.0.1', 0, { QUALITY_REPORT_SECONDS: text });
  expect(Settings.safeParse(env).error?.issues[0]?.path[0]).toBe('QUALITY_REPORT_SECONDS');
});

test('pages of other origins may connect that are named', () => {
  const parse = (ALLOWED_ORIGINS: string) =>
    Settings.safeParse(replicaEnv('redis://127.0.0.1', 0, { ALLOWED_ORIGINS }));
  expect(parse('').data?.allowedOrigins).toEqual([]);
  expect(parse('https://app.example.org/, http://localhost:3000').data?.allowedOrigins).toEqual([
    'https://app.example.org',
    'http://localhost:3000',
  ]);
  for (const wrong of ['*', 'app.example.org', 'javascript:alert(1)', 'https://']) {
    expect(parse(wrong).error?.issues[0]?.path[0]).toBe('ALLOWED_ORIGINS');
  }
});
