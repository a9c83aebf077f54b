import { expect, test } from 'vitest';
import { durationOf, readSettings, SettingsError } from './settings.ts';

const defaults = { rooms: 4, people: 20, duration: '1m', more: { RATE: 0.5 } };
const enough = { BASE_URL: 'https://meet.example.org/', API_KEY: 'key' };

test('what is not said is what the scenario takes', () => {
  expect(readSettings(enough, defaults)).toEqual({
    baseUrl: 'https://meet.example.org',
    apiKey: 'key',
    roomKeys: [],
    rooms: 4,
    people: 20,
    durationMs: 60_000,
    seed: 1,
    results: '',
    more: { RATE: 0.5 },
  });
  const said = { ROOMS: '2', PEOPLE: '9', DURATION: '1m30s', SEED: '7', RATE: '2.5', RESULTS: 'out/' };
  expect(readSettings({ ...enough, ...said }, defaults)).toMatchObject({
    rooms: 2,
    people: 9,
    durationMs: 90_000,
    seed: 7,
    results: 'out',
    more: { RATE: 2.5 },
  });
});

test('rooms that are there need no key, unless the scenario is about the REST API', () => {
  const env = { BASE_URL: 'http://a', ROOM_KEYS: 'default/one, default/two' };
  expect(readSettings(env, defaults)).toMatchObject({ rooms: 2, roomKeys: ['default/one', 'default/two'] });
  expect(() => readSettings(env, { ...defaults, needsApiKey: true })).toThrow(/API_KEY is missing/);
});

test('everything that is missing or wrong is said at once, and the key never', () => {
  const wrong = {
    API_KEY: 'secret',
    PEOPLE: '-1',
    ROOMS: '1.5',
    DURATION: 'soon',
    ROOM_KEYS: 'Nope',
    RATE: 'x',
  };
  try {
    readSettings(wrong, defaults);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    const { message } = error as SettingsError;
    for (const name of ['BASE_URL', 'PEOPLE', 'DURATION', 'ROOM_KEYS', 'RATE'])
      expect(message).toContain(name);
    expect(message).not.toContain('secret');
  }
  expect(() => readSettings({}, defaults)).toThrow(/BASE_URL is missing.*\nAPI_KEY is missing.*ROOM_KEYS/);
});

test('times are read as k6 reads them', () => {
  expect(['500ms', '90s', '1.5m', '1h30m'].map(durationOf)).toEqual([500, 90_000, 90_000, 5_400_000]);
  expect(['', '5', 's', '5d', '0s', '-1s'].map(durationOf)).toEqual(Array(6).fill(undefined));
});
