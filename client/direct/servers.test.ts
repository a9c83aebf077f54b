import { expect, test } from 'vitest';
import { addressServersOf } from './servers.ts';

test('D5 relays only say which address others see', () => {
  const urls = [
    'turn:192.0.2.1:3478?transport=udp',
    'turn:192.0.2.1:3478?transport=tcp',
    'turns:turn.example.org:443?transport=tcp',
    'stun:192.0.2.2:3478',
    'turn:[2001:db8::1]:3478',
  ];
  expect(addressServersOf([{ urls, username: 'ada', credential: 'secret' }])).toEqual([
    { urls: ['stun:192.0.2.1:3478', 'stun:192.0.2.2:3478', 'stun:[2001:db8::1]:3478'] },
  ]);
});

test('D5 without relays there are only the addresses that a browser knows', () => {
  expect(addressServersOf([])).toEqual([]);
  expect(addressServersOf([{ urls: ['turns:turn.example.org:443'] }])).toEqual([]);
});
