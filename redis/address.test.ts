import { expect, test } from 'vitest';
import { parseRedisUrl, RedisUrlError } from './address.ts';

const plain = { tls: false, credentials: undefined };

test.each([
  ['redis://localhost', { kind: 'single', ...plain, server: { host: 'localhost', port: 6379 }, db: 0 }],
  ['redis://[::1]:7000/3', { kind: 'single', ...plain, server: { host: '::1', port: 7000 }, db: 3 }],
  [
    'rediss://ada:s%40cr%2Fet@redis.example:6380/',
    {
      kind: 'single',
      tls: true,
      credentials: { username: 'ada', password: 's@cr/et' },
      server: { host: 'redis.example', port: 6380 },
      db: 0,
    },
  ],
  [
    'redis+sentinel://:pw@a:26379,b,[::1]:5000/my%20master/2?sentinelPassword=se%26cr+et',
    {
      kind: 'sentinel',
      tls: false,
      credentials: { username: undefined, password: 'pw' },
      sentinels: [
        { host: 'a', port: 26379 },
        { host: 'b', port: 26379 },
        { host: '::1', port: 5000 },
      ],
      master: 'my master',
      db: 2,
      sentinelCredentials: { username: undefined, password: 'se&cr+et' },
    },
  ],
  [
    'rediss+cluster://ada:pw@a:7000,b',
    {
      kind: 'cluster',
      tls: true,
      credentials: { username: 'ada', password: 'pw' },
      nodes: [
        { host: 'a', port: 7000 },
        { host: 'b', port: 6379 },
      ],
    },
  ],
])('understands %s', (text, address) => {
  expect(parseRedisUrl(text)).toEqual(address);
});

test.each([
  ['', 'must be an address of Redis'],
  ['localhost:6379', 'must be an address of Redis'],
  ['http://localhost', 'must be an address of Redis'],
  ['redis+cluster://a/#x', 'has no databases'],
  ['redis://', 'must hold host:port'],
  ['redis://a:0', 'must hold host:port'],
  ['redis://a:65536', 'must hold host:port'],
  ['redis://[::g]:1', 'must hold host:port'],
  ['redis://a,b', 'must name one host'],
  ['redis://a/x', 'the number of a database'],
  ['redis://a/1/2', 'the number of a database'],
  ['redis://a?family=6', 'parameter after "?"'],
  ['redis://ada@a', 'a user name and no password'],
  ['redis://:hunter2%@a', 'write %25 for %'],
  ['redis://:hunter2/x@a', 'in user name and password, write @'],
  ['redis://:hunter2?x@a', 'in user name and password, write @'],
  ['redis+sentinel://a,b', 'must name the master'],
  ['redis+sentinel://a,b,/m', 'the 3. of its hosts'],
  ['redis+sentinel://a/m?sentinelUsername=hunter2', 'no sentinelPassword'],
  ['redis+sentinel://a/m?hunter2=1', 'there are sentinelUsername and sentinelPassword'],
  ['redis+cluster://a,b/0', 'has no databases'],
  [`redis+cluster://${'a,'.repeat(64)}a`, 'at most 64 hosts'],
])('says what is wrong with %s, without repeating it', (text, reason) => {
  expect(() => parseRedisUrl(text)).toThrow(RedisUrlError);
  expect(() => parseRedisUrl(text)).toThrow(reason);
  expect(() => parseRedisUrl(text)).not.toThrow('hunter2');
});
