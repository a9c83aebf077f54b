import { Schedule } from '@parley/resources';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { changesAt, timeText, type Window, windowAt } from './schedule.ts';

const schedule = (of: Partial<Schedule>) =>
  Schedule.parse({ opens: '2026-12-24T18:00', closes: '2026-12-24T20:00', timeZone: 'Europe/Berlin', ...of });
const at = (iso: string) => Date.parse(iso);
const iso = (ms: number) => new Date(ms).toISOString().replace(':00.000Z', 'Z');

/** `Open 2026-12-24T17:00Z–2026-12-24T19:00Z`. */
function text(window: Window): string {
  switch (window.state) {
    case 'Closed':
      return 'Closed';
    case 'Open':
      return `Open ${iso(window.openedAt)}–${iso(window.closesAt)}`;
    default:
      return `${window.state} ${iso(window.opensAt)}–${iso(window.closesAt)}`;
  }
}

describe('windowAt', () => {
  const evening = '2026-12-24T17:00Z–2026-12-24T19:00Z';
  test.each([
    ['2026-01-01T00:00Z', `NotOpenYet ${evening}`],
    ['2026-12-24T16:54:59.999Z', `NotOpenYet ${evening}`],
    ['2026-12-24T16:55Z', `Warming ${evening}`],
    ['2026-12-24T16:59:59.999Z', `Warming ${evening}`],
    ['2026-12-24T17:00Z', `Open ${evening}`],
    ['2026-12-24T18:59:59.999Z', `Open ${evening}`],
    ['2026-12-24T19:00Z', 'Closed'],
    ['2036-12-24T17:30Z', 'Closed'],
  ])('a single meeting in Berlin at %s: %s', (now, window) => {
    expect(text(windowAt(schedule({}), at(now)))).toBe(window);
  });

  test.each<[Schedule['repeat'], string, string]>([
    ['Daily', '2026-12-24T19:00Z', 'NotOpenYet 2026-12-25T17:00Z–2026-12-25T19:00Z'],
    ['Daily', '2027-07-01T16:30Z', 'Open 2027-07-01T16:00Z–2027-07-01T18:00Z'],
    // Thursday 24 December; the weekend is the 26th and 27th.
    ['Weekdays', '2026-12-25T19:00Z', 'NotOpenYet 2026-12-28T17:00Z–2026-12-28T19:00Z'],
    ['Weekdays', '2026-12-26T17:30Z', 'NotOpenYet 2026-12-28T17:00Z–2026-12-28T19:00Z'],
    ['Weekdays', '2026-12-28T17:30Z', 'Open 2026-12-28T17:00Z–2026-12-28T19:00Z'],
    ['Weekly', '2026-12-24T19:00Z', 'NotOpenYet 2026-12-31T17:00Z–2026-12-31T19:00Z'],
    ['Weekly', '2020-01-01T00:00Z', 'NotOpenYet 2026-12-24T17:00Z–2026-12-24T19:00Z'],
  ])('%s at %s: %s', (repeat, now, window) => {
    expect(text(windowAt(schedule({ repeat }), at(now)))).toBe(window);
  });

  test('weekdays that begin on a Saturday begin on Monday', () => {
    const weekend = schedule({ opens: '2026-12-26T09:00', closes: '2026-12-26T10:00', repeat: 'Weekdays' });
    expect(text(windowAt(weekend, at('2026-12-25T00:00Z')))).toBe(
      'NotOpenYet 2026-12-28T08:00Z–2026-12-28T09:00Z',
    );
  });

  test.each<[string, Partial<Schedule>, string, string]>([
    [
      'a daily meeting keeps its time of day over the change to summer time',
      { opens: '2026-03-28T09:00', closes: '2026-03-28T10:00', repeat: 'Daily' },
      '2026-03-28T12:00Z',
      'NotOpenYet 2026-03-29T07:00Z–2026-03-29T08:00Z',
    ],
    [
      'and over the change back',
      { opens: '2026-10-24T09:00', closes: '2026-10-24T10:00', repeat: 'Daily' },
      '2026-10-24T12:00Z',
      'NotOpenYet 2026-10-25T08:00Z–2026-10-25T09:00Z',
    ],
    [
      'a meeting over the change to summer time is an hour shorter',
      { opens: '2026-03-29T01:00', closes: '2026-03-29T04:00' },
      '2026-03-29T00:30Z',
      'Open 2026-03-29T00:00Z–2026-03-29T02:00Z',
    ],
    [
      'one over the change back an hour longer',
      { opens: '2026-10-25T01:00', closes: '2026-10-25T04:00' },
      '2026-10-25T00:30Z',
      'Open 2026-10-24T23:00Z–2026-10-25T03:00Z',
    ],
    [
      'a time that clocks skip is the moment in which they do',
      { opens: '2026-03-29T02:30', closes: '2026-03-29T03:30' },
      '2026-03-29T01:10Z',
      'Open 2026-03-29T01:00Z–2026-03-29T01:30Z',
    ],
    [
      'a meeting in the hour that clocks skip does not take place',
      { opens: '2026-03-29T02:10', closes: '2026-03-29T02:50' },
      '2026-03-28T00:00Z',
      'Closed',
    ],
    [
      'but does on the next day, if it is daily',
      { opens: '2026-03-29T02:10', closes: '2026-03-29T02:50', repeat: 'Daily' },
      '2026-03-28T00:00Z',
      'NotOpenYet 2026-03-30T00:10Z–2026-03-30T00:50Z',
    ],
    [
      'a time that comes twice counts the first time',
      { opens: '2026-10-25T02:30', closes: '2026-10-25T03:30' },
      '2026-10-25T00:30Z',
      'Open 2026-10-25T00:30Z–2026-10-25T02:30Z',
    ],
    [
      'half an hour of summer time (Lord Howe Island)',
      { timeZone: 'Australia/Lord_Howe', opens: '2026-10-04T02:15', closes: '2026-10-04T03:00' },
      '2026-10-01T00:00Z',
      'NotOpenYet 2026-10-03T15:30Z–2026-10-03T16:00Z',
    ],
    [
      'a meeting of all day, every day, is never closed',
      { opens: '2026-01-01T00:00', closes: '2026-01-02T00:00', repeat: 'Daily' },
      '2026-10-25T23:00Z',
      'Open 2026-10-25T23:00Z–2026-10-26T23:00Z',
    ],
    [
      'the time zone counts, not the machine',
      { timeZone: 'Pacific/Kiritimati' },
      '2026-12-24T04:00Z',
      'Open 2026-12-24T04:00Z–2026-12-24T06:00Z',
    ],
  ])('%s', (_, of, now, window) => expect(text(windowAt(schedule(of), at(now)))).toBe(window));
});

test('times for people are on the clocks of the zone', () => {
  expect(timeText(at('2026-12-24T17:00Z'), 'Europe/Berlin')).toBe(
    'Thursday, 24 December 2026, 18:00 (Europe/Berlin)',
  );
  expect(timeText(at('2026-12-24T17:00Z'), 'Asia/Kathmandu')).toBe(
    'Thursday, 24 December 2026, 22:45 (Asia/Kathmandu)',
  );
});

describe('whatever the schedule and the time', () => {
  const minute = 60_000;
  const day = 86_400_000;
  const zones = [
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Kolkata',
    'America/Santiago',
  ];
  const wall = (ms: number) => new Date(ms).toISOString().slice(0, 16);
  const schedules = fc
    .record({
      timeZone: fc.constantFrom(...zones),
      repeat: fc.constantFrom('Never', 'Daily', 'Weekdays', 'Weekly'),
      opens: fc.integer({ min: at('2025-01-01') / minute, max: at('2028-01-01') / minute }),
      minutes: fc.integer({ min: 1, max: 1440 }),
      warmUpMinutes: fc.nat({ max: 1440 }),
    })
    .map(({ opens, minutes, ...of }) =>
      Schedule.parse({ ...of, opens: wall(opens * minute), closes: wall((opens + minutes) * minute) }),
    );
  const times = fc.integer({ min: at('2024-06-01'), max: at('2030-01-01') });

  test('the window stays the same until it says that it changes, and then is another', () => {
    fc.assert(
      fc.property(
        schedules,
        times,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (of, now, part) => {
          const window = windowAt(of, now);
          const changes = changesAt(window);
          if (changes === undefined) {
            expect(windowAt(of, now + Math.floor(part * 10 * 365 * day)).state).toBe('Closed');
            return;
          }
          expect(changes).toBeGreaterThan(now);
          expect(windowAt(of, now + Math.floor(part * (changes - now)))).toEqual(window);
          expect(windowAt(of, changes)).not.toEqual(window);
        },
      ),
    );
  });

  test('a room opens when the clocks of its zone show the time, unless they skip it', () => {
    fc.assert(
      fc.property(schedules, times, (of, now) => {
        const window = windowAt(of, now);
        if (window.state === 'Closed' || window.state === 'Open') return;
        const opened = DateTime.fromMillis(window.opensAt, { zone: of.timeZone });
        const earlier = opened.minus({ milliseconds: 1 });
        const skipped = opened.offset > earlier.offset;
        if (!skipped) expect(opened.toFormat('HH:mm')).toBe(of.opens.slice(11));
        if (of.repeat === 'Weekdays') expect(opened.weekday).toBeLessThan(6);
        if (of.repeat === 'Weekly') {
          expect(opened.weekday).toBe(DateTime.fromISO(of.opens, { zone: of.timeZone }).weekday);
        }
      }),
    );
  });

  test('it follows state by state, from the first window to the last', () => {
    fc.assert(
      fc.property(schedules, times, (of, now) => {
        const next = {
          NotOpenYet: ['Warming', 'Open'],
          Warming: ['Open'],
          Open: ['Open', 'NotOpenYet', 'Warming', 'Closed'],
        };
        const window = windowAt(of, now);
        if (window.state === 'Closed') return;
        expect(next[window.state]).toContain(windowAt(of, changesAt(window) ?? 0).state);
      }),
    );
  });
});
