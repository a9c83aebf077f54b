import { describe, expect, it } from 'vitest';
import { addressFromInput, routeOf } from './route.ts';

describe('routeOf', () => {
  it.each([
    ['/', { page: 'home' }],
    ['/standup', { page: 'meeting', room: 'standup' }],
    ['/Standup/', { page: 'meeting', room: 'standup' }],
    ['/acme/standup', { page: 'meeting', room: 'acme/standup' }],
    ['/a/b/c', { page: 'unknown' }],
    ['/-bad', { page: 'unknown' }],
    [`/${'x'.repeat(64)}`, { page: 'unknown' }],
    ['/%F0%9F%98%80', { page: 'unknown' }],
  ])('%s', (path, route) => expect(routeOf(path)).toEqual(route));
});

describe('addressFromInput', () => {
  it.each([
    ['standup', '/standup'],
    ['  Team Standup ', '/team-standup'],
    ['/acme/standup', '/acme/standup'],
    ['https://meet.example.org/standup#token=abc', '/standup#token=abc'],
    ['http://localhost:8080/acme/standup?token=abc', '/acme/standup?token=abc'],
    ['meet.example.org/standup', '/standup'],
    ['localhost:8080/standup', '/standup'],
  ])('%s', (input, address) => expect(addressFromInput(input)).toBe(address));

  it.each(['', '   ', 'what?!', 'https://meet.example.org/', 'https://', 'a/b/c'])('refuses %j', input =>
    expect(addressFromInput(input)).toBeUndefined(),
  );
});
