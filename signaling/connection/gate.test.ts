import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { Gate, household } from './gate.ts';

const webUrl = 'https://meet.example';
const origins = ['https://app.example'];
const gate = (perAddress = 2) =>
  new Gate({ webUrl, origins, proxies: ['loopback', '203.0.113.0/24'], perAddress });
const from = (remoteAddress: string, forwarded?: string, origin?: string) =>
  ({
    socket: { remoteAddress },
    headers: { ...(forwarded && { 'x-forwarded-for': forwarded }), ...(origin && { origin }) },
  }) as unknown as IncomingMessage;

test('C3 a foreign origin is turned away', () => {
  expect(gate().refuses(from('198.51.100.1', undefined, 'https://elsewhere.example'))).toBe('origin');
  expect(gate().refuses(from('198.51.100.1', undefined, webUrl))).toBeUndefined();
  expect(gate().refuses(from('198.51.100.1', undefined, 'https://app.example'))).toBeUndefined();
});

test('C5 one address has so many connections, and others are not its concern', () => {
  const one = gate();
  const requests = [from('198.51.100.1'), from('198.51.100.1')];
  for (const request of requests) one.opened(request);
  expect(one.refuses(from('198.51.100.1'))).toBe('address');
  expect(one.refuses(from('198.51.100.2'))).toBeUndefined();
  for (const request of [...requests, ...requests]) one.ended(request);
  expect(one.refuses(from('198.51.100.1'))).toBeUndefined();
});

test('C5 proxies are believed, others are not', () => {
  const one = gate(1);
  one.opened(from('203.0.113.9', '198.51.100.1'));
  expect(one.refuses(from('127.0.0.1', '198.51.100.1'))).toBe('address');
  expect(one.refuses(from('203.0.113.9', '198.51.100.2'))).toBeUndefined();
  expect(one.refuses(from('198.51.100.1', '198.51.100.3'))).toBe('address');
});

test('C5 a proxy that does not say for whom it speaks may speak for many, not for everybody', () => {
  const one = gate(1);
  for (let i = 0; i < 4999; i++) one.opened(from('127.0.0.1'));
  expect(one.refuses(from('127.0.0.1'))).toBeUndefined();
  one.opened(from('127.0.0.1'));
  expect(one.refuses(from('127.0.0.1'))).toBe('address');
  expect(one.refuses(from('198.51.100.1'))).toBeUndefined();
});

test('C5 a replica that is full, stops or is deaf takes nobody', () => {
  const one = gate(20_000);
  for (let i = 0; i < 10_000; i++) one.opened(from('198.51.100.1'));
  expect(one.refuses(from('198.51.100.2'))).toBe('full');
  one.shut = 'stopping';
  expect(one.refuses(from('198.51.100.2'))).toBe('stopping');
});

test.each([
  ['198.51.100.1', '198.51.100.1'],
  ['::ffff:198.51.100.1', '198.51.100.1'],
  ['2001:db8:0:1::5', '2001:db8:0:1'],
  ['2001:0db8::1:2:3:4', '2001:db8:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['::1', '0:0:0:0'],
  ['1:2:3:4:5:6:7:8', '1:2:3:4'],
  ['unknown', 'unknown'],
])('C5 %s counts as %s', (address, counted) => {
  expect(household(address)).toBe(counted);
});
