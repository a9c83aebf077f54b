import { expect, test } from 'vitest';
import { canBeSfu, isLoopback, rangeOf } from './address-range.ts';

test.each([
  ['203.0.113.77/24', '203.0.113.0-203.0.113.255'],
  ['10.0.0.0/8', '10.0.0.0-10.255.255.255'],
  ['192.0.2.1/32', '192.0.2.1-192.0.2.1'],
  ['0.0.0.0/0', '0.0.0.0-255.255.255.255'],
  ['2001:db8::/32', '2001:db8:0:0:0:0:0:0-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['fd00::1/128', 'fd00:0:0:0:0:0:0:1-fd00:0:0:0:0:0:0:1'],
  ['::ffff:10.0.0.0/104', '0:0:0:0:0:ffff:a00:0-0:0:0:0:0:ffff:aff:ffff'],
  // coturn would take one that begins at :: for all of IPv4 as well.
  ['::/64', '0:0:0:0:0:0:0:1-0:0:0:0:ffff:ffff:ffff:ffff'],
])('%s is %s', (cidr, range) => expect(rangeOf(cidr)).toBe(range));

test.each(['198.51.100.7', '10.1.2.3', '127.5.0.1', '2001:db8::1', 'fd00::2', '::1'])(
  '%s can be an SFU',
  address => expect(canBeSfu(address)).toBe(true),
);

test.each([
  ...['0.0.0.0', '169.254.169.254', '224.0.0.1', '255.255.255.255', 'sfu.example', '10.0.0.0/8', ''],
  ...['::', 'fe80::1', 'fe80::1%eth0', 'ff02::1', 'fd00:ec2::254', '::ffff:10.0.0.1'],
])('%s cannot be an SFU', address => expect(canBeSfu(address)).toBe(false));

test('loopback addresses are known in both families', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1', '0:0:0:0:0:0:0:1'].every(isLoopback)).toBe(true);
  expect(['128.0.0.1', '::2', '10.127.0.1'].some(isLoopback)).toBe(false);
});
