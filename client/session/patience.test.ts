import { RefusalError } from '@parley/protocol';
import { beforeEach, expect, test } from 'vitest';
import { Patience, patience } from './patience.ts';

let now: number;
let one: Patience;
beforeEach(() => {
  now = 0;
  one = new Patience(patience.joinMs, () => now);
});

const passing = new RefusalError('unavailable', 'Later.');

test('R6 what may pass is tried again after growing pauses, until patience is over', () => {
  const pauses = [1, 2, 3, 4].map(() => one.afterFailure(passing));
  for (const [failures, ms] of pauses.entries()) {
    expect(ms).toBeGreaterThanOrEqual((250 * 2 ** failures) / 2);
    expect(ms).toBeLessThanOrEqual(250 * 2 ** failures);
  }
  now = patience.joinMs + 1;
  expect(() => one.afterFailure(passing)).toThrow(passing);
});

test('R6 what is final is not tried again', () => {
  const full = new RefusalError('room_full', 'Full.');
  expect(() => one.afterFailure(full)).toThrow(full);
});

test('R6 whoever is to join anew does so soon', () => {
  for (let failure = 0; failure < 6; failure++) one.afterFailure(passing);
  expect(one.afterFailure(new RefusalError('session_lost', 'Gone.'))).toBeLessThanOrEqual(250);
});

test('C2 a server that is being updated is waited for as long', () => {
  const older = new RefusalError('unavailable', 'Being updated.', { retryAfterMs: 1_000 });
  for (now = 0; now < patience.turnMs; now += 30_000) one.afterFailure(older);
  now = patience.turnMs + patience.joinMs;
  expect(() => one.afterFailure(older)).toThrow(older);
});

test('J7 who has to wait their turn waits at least as long as is said, and for longer in all', () => {
  const busy = new RefusalError('busy', 'Many come.', { retryAfterMs: 1_000 });
  now = patience.joinMs + 1;
  expect(one.afterFailure(busy)).toBeGreaterThanOrEqual(1_000);
  now = patience.turnMs - 1;
  expect(one.afterFailure(busy)).toBeLessThanOrEqual(1_500);
  now = patience.turnMs + patience.joinMs;
  expect(() => one.afterFailure(busy)).toThrow(busy);
});

test('L2 who waits in a lobby asks now and then, and never loses patience', () => {
  const waits = new RefusalError('in_lobby', 'Wait.');
  for (now = 0; now < 24 * 3_600_000; now += 600_000) {
    expect(one.afterFailure(waits)).toBeGreaterThanOrEqual(20_000);
  }
});

test('time in which nothing could succeed does not count', () => {
  now = patience.joinMs * 10;
  one.renew();
  expect(one.afterFailure(passing)).toBeLessThanOrEqual(250);
  now += patience.joinMs + 1;
  expect(() => one.afterFailure(passing)).toThrow(passing);
});
