import { expect, test } from 'vitest';
import { readJoin } from './join-request.ts';

test('takes a name with and without its namespace', () => {
  expect(readJoin({ room: 'daily', displayName: ' Ann ' })).toEqual({ room: 'daily', displayName: 'Ann' });
  expect(readJoin({ room: 'team-a/daily', displayName: 'Ann', token: 't' }).room).toBe('team-a/daily');
});

test.each([
  [{ room: 'No Good', displayName: 'Ann' }, 'room'],
  [{ room: 'a/b/c', displayName: 'Ann' }, 'room'],
  [{ room: 'daily', displayName: '  ' }, 'displayName'],
  [{ room: 'daily', displayName: '😀'.repeat(10_000) }, 'displayName'],
])('says where the mistake is', (options, path) => {
  expect(() => readJoin(options)).toThrow(expect.objectContaining({ code: 'bad_request', path }));
});
