import type { Schedule } from '@parley/resources';
import { DateTime, IANAZone } from 'luxon';

/** Where a room stands in its schedule, and when that changes. All instants are in ms since 1970. */
export type Window =
  /** `warmsAt`: when the room gets its place, so that it is there when the room opens. */
  | { state: 'NotOpenYet'; warmsAt: number; opensAt: number; closesAt: number }
  | { state: 'Warming'; opensAt: number; closesAt: number }
  | { state: 'Open'; openedAt: number; closesAt: number }
  /** It does not open again. */
  | { state: 'Closed'; closedAt: number };

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** After how many days a window of each kind may begin again. */
const periodDays = { Never: Number.POSITIVE_INFINITY, Daily: 1, Weekdays: 1, Weekly: 7 } as const;

/** Where a room with this schedule stands at `now`. */
export function windowAt(schedule: Schedule, now: number): Window {
  const zone = IANAZone.create(schedule.timeZone);
  const window = currentOrNext(schedule, zone, now);
  if (!window) return { state: 'Closed', closedAt: instantOf(wallMs(schedule.closes), zone) };
  const { opensAt, closesAt } = window;
  if (opensAt <= now) return { state: 'Open', openedAt: opensAt, closesAt };
  const warmsAt = opensAt - schedule.warmUpMinutes * minuteMs;
  return warmsAt <= now
    ? { state: 'Warming', opensAt, closesAt }
    : { state: 'NotOpenYet', warmsAt, opensAt, closesAt };
}

/** When the window is another one, or undefined if it never is. */
export function changesAt(window: Window): number | undefined {
  switch (window.state) {
    case 'NotOpenYet':
      return window.warmsAt;
    case 'Warming':
      return window.opensAt;
    case 'Open':
      return window.closesAt;
    case 'Closed':
      return undefined;
  }
}

/** A time for people, on the clocks of the schedule's zone: `Thursday, 24 December 2026, 18:00 (Europe/Berlin)`. */
export function timeText(ms: number, timeZone: string): string {
  const time = DateTime.fromMillis(ms, { zone: timeZone, locale: 'en' });
  return `${time.toFormat('cccc, d LLLL yyyy, HH:mm')} (${timeZone})`;
}

/** An instant as it stands in a status, to the second. */
export function instant(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** The first window that ends after `now`. */
function currentOrNext(schedule: Schedule, zone: IANAZone, now: number) {
  const [opens, closes] = [wallMs(schedule.opens), wallMs(schedule.closes)];
  const period = periodDays[schedule.repeat];
  const wallNow = now + zone.offset(now) * minuteMs;
  // Two periods earlier, as clocks that are changed move windows by an hour or so.
  const first = Math.max(0, Math.floor((wallNow - closes) / (period * dayMs)) - 2);
  // A week has a weekday; a window that falls into the hour that a change of clocks leaves out is none.
  for (let turn = first; turn < first + 14; turn += 1) {
    const shift = turn === 0 ? 0 : turn * period * dayMs;
    if (schedule.repeat === 'Weekdays' && isWeekend(opens + shift)) continue;
    const opensAt = instantOf(opens + shift, zone);
    const closesAt = instantOf(closes + shift, zone);
    if (opensAt < closesAt && closesAt > now) return { opensAt, closesAt };
    if (schedule.repeat === 'Never') return undefined;
  }
  return undefined;
}

function isWeekend(wall: number): boolean {
  const day = new Date(wall).getUTCDay();
  return day === 0 || day === 6;
}

/** A wall clock's time as if it were UTC. */
function wallMs(time: string): number {
  return Date.parse(`${time}:00Z`);
}

/**
 * The first instant at which the zone's clocks show `wall` or a later time. So what happens twice, as clocks go back,
 * counts the first time, and what never happens, as clocks go forward, counts when they do.
 */
function instantOf(wall: number, zone: IANAZone): number {
  const offsetAt = (ms: number) => zone.offset(ms) * minuteMs;
  const offsets = [offsetAt(wall - dayMs), offsetAt(wall + dayMs)];
  const earliest = wall - Math.max(...offsets);
  const latest = wall - Math.min(...offsets);
  if (earliest + offsetAt(earliest) === wall) return earliest;
  if (latest + offsetAt(latest) === wall) return latest;
  let [before, after] = [earliest, latest];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (middle + offsetAt(middle) < wall) before = middle;
    else after = middle;
  }
  return after;
}
