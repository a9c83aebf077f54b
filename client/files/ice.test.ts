import { expect, test } from 'vitest';
import { stunServers } from './ice.ts';

test('relays are asked for one’s own address alone, once each, and over UDP', () => {
  const servers = stunServers([
    { urls: ['turn:192.0.2.1:3478?transport=udp', 'turn:192.0.2.1:3478?transport=tcp'] },
    { urls: ['turns:turn.example.org:5349?transport=tcp', 'turn:turn.example.org', 'turn:192.0.2.1:3478'] },
    { urls: ['stun:[2001:db8::1]:3478'] },
  ]);
  expect(servers).toEqual([
    { urls: 'stun:192.0.2.1:3478' },
    { urls: 'stun:turn.example.org' },
    { urls: 'stun:[2001:db8::1]:3478' },
  ]);
});
