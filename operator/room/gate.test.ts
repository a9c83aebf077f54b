import { RoomSpec } from '@parley/resources';
import { expect, test } from 'vitest';
import { gateAt, gateChangesAt } from './gate.ts';

const at = (iso: string) => Date.parse(iso);
const schedule = { timeZone: 'Europe/Berlin', opens: '2026-12-24T18:00', closes: '2026-12-24T20:00' };

test.each<[string, object, string, object, string | undefined]>([
  [
    'a room without a schedule is open',
    {},
    '2026-01-01T00:00Z',
    { state: 'open', closesAt: undefined },
    undefined,
  ],
  [
    'a suspended room is closed, whatever its schedule says',
    { suspended: true, schedule },
    '2026-12-24T17:30Z',
    { reason: 'Suspended', warm: false, opensAt: undefined },
    undefined,
  ],
  [
    'before it opens',
    { schedule },
    '2026-12-24T12:00Z',
    {
      reason: 'NotOpenYet',
      warm: false,
      opensAt: at('2026-12-24T17:00Z'),
      message: 'Opens on Thursday, 24 December 2026, 18:00 (Europe/Berlin).',
    },
    '2026-12-24T16:55Z',
  ],
  [
    'shortly before',
    { schedule },
    '2026-12-24T16:57Z',
    { reason: 'NotOpenYet', warm: true },
    '2026-12-24T17:00Z',
  ],
  [
    'while it is open',
    { schedule },
    '2026-12-24T17:00Z',
    { state: 'open', openedAt: at('2026-12-24T17:00Z'), closesAt: at('2026-12-24T19:00Z') },
    '2026-12-24T19:00Z',
  ],
  [
    'after it closed',
    { schedule },
    '2026-12-24T19:00Z',
    {
      reason: 'Closed',
      warm: false,
      message: 'Closed on Thursday, 24 December 2026, 20:00 (Europe/Berlin), for good.',
    },
    undefined,
  ],
  [
    'after it closed until tomorrow',
    { schedule: { ...schedule, repeat: 'Daily' } },
    '2026-12-24T19:00Z',
    { reason: 'NotOpenYet', opensAt: at('2026-12-25T17:00Z') },
    '2026-12-25T16:55Z',
  ],
])('%s', (_, given, now, gate, changes) => {
  const spec = RoomSpec.parse(given);
  expect(gateAt(spec, at(now))).toMatchObject(gate);
  expect(gateChangesAt(spec, at(now))).toBe(changes === undefined ? undefined : at(changes));
});
