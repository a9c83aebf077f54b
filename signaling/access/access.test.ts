import { createHmac } from 'node:crypto';
import type { ParticipantId } from '@parley/protocol';
import { describe, expect, test } from 'vitest';
import { originAllowed } from './origin.ts';
import { createIceServers, createSessionSecret, hashSecret, sameSecret } from './secrets.ts';

describe('C3 origins', () => {
  test.each([
    [undefined, 'https://meet.example.org', true],
    ['https://meet.example.org', 'https://meet.example.org/', true],
    ['https://meet.example.org:444', 'https://meet.example.org', false],
    ['http://meet.example.org', 'https://meet.example.org', false],
    ['https://meet.example.org.evil.example', 'https://meet.example.org', false],
    ['http://localhost:5173', 'https://meet.example.org', false],
    ['http://localhost:5173', 'http://127.0.0.1:8080', true],
    ['http://[::1]:8080', 'http://localhost:8080', true],
    ['http://localhost.evil.example', 'http://localhost:8080', false],
    ['http://127.0.0.1.evil.example', 'http://localhost:8080', false],
    ['null', 'http://localhost:8080', false],
    ['nonsense', 'http://localhost:8080', false],
  ])('%s at %s: %s', (origin, webUrl, allowed) => {
    expect(originAllowed(origin, webUrl)).toBe(allowed);
  });
});

test('M6 TURN credentials are what coturn computes from the same secret', () => {
  const participant = '2f0dbd5e-5f0c-4d2c-9d0e-6a8e4a6a1a11' as ParticipantId;
  const [server] = createIceServers(['turn:relay.example.org'], 'secret', participant, 1_000_000);
  expect(server?.username).toBe(`${1000 + 6 * 3600}:${participant}`);
  expect(server?.credential).toBe(
    createHmac('sha1', 'secret').update(`${server?.username}`).digest('base64'),
  );
  expect(createIceServers([], 'secret', participant)).toEqual([]);
});

test('G2 a session secret is kept as a hash alone', () => {
  const { secret, hash } = createSessionSecret();
  expect(hashSecret(secret)).toBe(hash);
  expect(sameSecret(hashSecret('guessed'), hash)).toBe(false);
});
