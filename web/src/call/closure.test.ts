import { RefusalError } from '@parley/protocol';
import { describe, expect, it, test } from 'vitest';
import { translatorOf } from '../i18n/testing.ts';
import { closureView, knockAfterMs, waitedFor, whenText } from './closure.ts';

const clock = { now: new Date('2026-12-24T08:00:00Z'), timeZone: 'Europe/Berlin', hour12: false };
const minute = 60_000;
const english = await translatorOf('en', 'call');

describe('whenText', () => {
  it.each([
    ['2026-12-24T17:00:00Z', 'at 18:00'],
    ['2026-12-24T23:30:00Z', 'on Friday 25 December at 00:30'],
    ['2026-12-31T17:00:00Z', 'on Thursday 31 December at 18:00'],
    ['2027-01-01T17:00:00Z', 'on Friday 1 January 2027 at 18:00'],
  ])('%s is %s in Berlin', (opensAt, text) => expect(whenText(opensAt, clock, english, 'en')).toBe(text));

  it.each([
    ['de', 'am Freitag, 25. Dezember um 00:30'],
    ['es', 'el viernes, 25 de diciembre a las 00:30'],
  ] as const)('is said in %s', async (language, text) =>
    expect(whenText('2026-12-24T23:30:00Z', clock, await translatorOf(language, 'call'), language)).toBe(
      text,
    ),
  );

  it('follows the clock of who reads it', () => {
    const there = { ...clock, timeZone: 'America/New_York', hour12: true };
    expect(whenText('2026-12-24T17:00:00Z', there, english, 'en')).toBe('at 12:00 pm');
  });
});

describe('closureView', () => {
  const opensAt = '2026-12-24T17:00:00Z';
  it.each([
    [{ reason: 'NotOpenYet', opensAt }, false, 'It opens at 18:00. This page lets you in then.'],
    [{ reason: 'NotOpenYet', opensAt }, true, 'It opens again at 18:00.'],
    [
      { reason: 'Suspended' },
      false,
      'Its administrator closed it. This page lets you in when it opens again.',
    ],
    [{ reason: 'Suspended' }, true, 'Its administrator closed it and may open it again.'],
    [{ reason: 'Closed' }, false, ''],
  ] as const)('%o, was in: %s', (closed, wasIn, text) => {
    expect(closureView(closed, wasIn, clock, english, 'en').text).toBe(text);
  });
});

describe('knockAfterMs', () => {
  const at = (ms: number) => new Date(clock.now.getTime() + ms).toISOString();
  it.each([
    ['well before it opens, now and then', at(60 * minute), 1, 5 * minute],
    ['just after it opens', at(2 * minute), 0, 2 * minute],
    ['not all in the same moment', at(2 * minute), 1, 2 * minute + 3_000],
    ['soon if it is late', at(-1), 0, 15_000],
    ['twice a minute if nobody knows when', undefined, 1, 30_000],
  ])('%s', (_, opensAt, random, ms) => {
    const closed = { reason: 'NotOpenYet' as const, ...(opensAt === undefined ? {} : { opensAt }) };
    expect(knockAfterMs(closed, clock.now, random)).toBe(ms);
  });
});

test('the page waits for a room that opens again, through an outage, but not for one that does not', () => {
  const closed = { reason: 'Suspended' } as const;
  const refused = (code: 'room_closed' | 'unavailable' | 'room_not_found', of?: object) => ({
    status: 'refused' as const,
    error: new RefusalError(code, '', of),
  });
  expect(waitedFor(undefined, { status: 'joining', attempt: 1 })).toBeUndefined();
  expect(waitedFor(undefined, refused('room_closed', { closed }))).toBe(closed);
  expect(waitedFor(closed, { status: 'joining', attempt: 1 })).toBe(closed);
  expect(waitedFor(closed, refused('unavailable'))).toBe(closed);
  expect(waitedFor(undefined, refused('unavailable'))).toBeUndefined();
  expect(waitedFor(closed, refused('room_not_found'))).toBeUndefined();
  expect(waitedFor(closed, refused('room_closed', { closed: { reason: 'Closed' } }))).toBeUndefined();
  expect(waitedFor(closed, { status: 'joined' })).toBeUndefined();
});
