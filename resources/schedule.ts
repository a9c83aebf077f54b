import { z } from 'zod';
import { withRule } from './schema.ts';

const hourMs = 3_600_000;
/** After how many hours a window of each kind begins again. */
const periodHours = { Never: Number.POSITIVE_INFINITY, Daily: 24, Weekdays: 24, Weekly: 168 } as const;

/** A wall clock's time, without zone. */
const wallTime = z
  .string()
  .max(16)
  .regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d$/);

/** Milliseconds of a wall clock's time as if it were UTC, or NaN for a day that there is not. */
function wallMs(time: string): number {
  const ms = Date.parse(`${time}:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(time) ? ms : Number.NaN;
}

function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

const Times = z.object({
  timeZone: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[A-Za-z]/)
    .default('UTC')
    .describe('The IANA time zone of the times, such as Europe/Berlin.'),
  opens: wallTime.describe('When the room opens, on the clocks of the zone: 2026-12-24T18:00.'),
  closes: wallTime.describe('When the room closes, on the clocks of the zone.'),
  repeat: z
    .enum(['Never', 'Daily', 'Weekdays', 'Weekly'])
    .default('Never')
    .describe(
      'Whether the room opens again at the same time of the next day, weekday (Monday to Friday) or week.',
    ),
  warmUpMinutes: z
    .int()
    .min(0)
    .max(1440)
    .default(5)
    .describe('How long before it opens the room gets its place on an SFU.'),
});

const length = "timestamp(self.closes + ':00Z') - timestamp(self.opens + ':00Z')";

/** When a room is open. */
export const Schedule = [
  {
    cel: "timestamp('2000-01-01T00:00:00Z').getHours(has(self.timeZone) ? self.timeZone : 'UTC') >= 0",
    message: 'timeZone must be an IANA time zone, such as Europe/Berlin',
    holds: (times: z.output<typeof Times>) => isTimeZone(times.timeZone),
  },
  {
    cel: `${length} > duration('0s')`,
    message: 'opens must be a real day and time before closes',
    holds: (times: z.output<typeof Times>) => wallMs(times.closes) > wallMs(times.opens),
  },
  {
    cel: `!has(self.repeat) || self.repeat == 'Never' || ${length} <= duration(self.repeat == 'Weekly' ? '168h' : '24h')`,
    message: 'a room that opens again must close before it does',
    holds: ({ opens, closes, repeat }: z.output<typeof Times>) =>
      !(wallMs(closes) - wallMs(opens) > periodHours[repeat] * hourMs),
  },
].reduce(withRule, Times);
export type Schedule = z.infer<typeof Schedule>;
