import { expect, it } from 'vitest';
import { Settings } from './settings.ts';

const least = { CANARY_URL: 'https://meet.example.org/', CANARY_ROOM: 'parley-system/canary-default' };

it('has defaults for all but where to go', () => {
  expect(Settings.parse(least)).toEqual({
    listenHost: '0.0.0.0',
    port: 8080,
    url: 'https://meet.example.org',
    room: 'parley-system/canary-default',
    apiKey: undefined,
    periodMs: 60_000,
    mediaMs: 10_000,
    joinMs: 15_000,
  });
  expect(Settings.parse({ ...least, API_KEY: '' }).apiKey).toBeUndefined();
});

it.each([
  { CANARY_URL: 'ftp://meet.example.org' },
  { CANARY_URL: '' },
  { CANARY_ROOM: 'canary' },
  { CANARY_PERIOD_SECONDS: '0' },
  { CANARY_MEDIA_SECONDS: 'long' },
  { CANARY_JOIN_SECONDS: '1000' },
])('refuses %j', wrong => {
  expect(Settings.safeParse({ ...least, ...wrong }).success).toBe(false);
});
