import type { CallState } from '@parley/client';
import type { Closure, RefusalError } from '@parley/protocol';

/** How the person who looks at the page tells the time. */
export interface Clock {
  now: Date;
  /** Default: that of the browser. */
  timeZone?: string;
  hour12?: boolean;
}

/** Longest pause between two looks at a room that is closed, in ms: its schedule may change. */
const longestPauseMs = 5 * 60_000;
/** Pause where nothing says when the room opens, in ms. */
const unknownPauseMs = 30_000;
/** Those who wait for the same moment come in over so many ms, not all at once. */
const spreadMs = 3_000;

/** `at 18:00` of today, or `on Thursday, 24 December at 18:00`, as the person's own clock shows it. */
export function whenText(opensAt: string, clock: Clock): string {
  const hour12 =
    clock.hour12 ?? new Intl.DateTimeFormat(undefined, { hour: 'numeric' }).resolvedOptions().hour12;
  const format = (date: Date, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', {
      ...options,
      ...(clock.timeZone === undefined ? {} : { timeZone: clock.timeZone }),
    }).format(date);
  const opens = new Date(opensAt);
  const year = (date: Date) => format(date, { year: 'numeric' });
  const day = (date: Date) => format(date, { dateStyle: 'short' });
  const time = `at ${format(opens, { hour: hour12 ? 'numeric' : '2-digit', minute: '2-digit', hour12: hour12 ?? false })}`;
  if (day(opens) === day(clock.now)) return time;
  const date = { weekday: 'long', day: 'numeric', month: 'long' } as const;
  const text = format(opens, year(opens) === year(clock.now) ? date : { ...date, year: 'numeric' });
  return `on ${text.replace(',', '')} ${time}`;
}

/** What the page says to somebody who wants in, or was in when the room closed. */
export function closureView(
  { reason, opensAt }: Closure,
  wasIn: boolean,
  clock: Clock,
): { title: string; text: string } {
  switch (reason) {
    case 'NotOpenYet': {
      const when = opensAt === undefined ? 'later' : whenText(opensAt, clock);
      return wasIn
        ? { title: 'The meeting is over for now', text: `It opens again ${when}.` }
        : { title: 'The meeting is not open yet', text: `It opens ${when}. This page lets you in then.` };
    }
    case 'Suspended':
      return wasIn
        ? {
            title: 'The meeting was closed for now',
            text: 'Its administrator closed it and may open it again.',
          }
        : {
            title: 'The meeting is closed for now',
            text: 'Its administrator closed it. This page lets you in when it opens again.',
          };
    case 'Closed':
      return { title: 'The meeting is over', text: '' };
  }
}

/** How long to wait before asking again whether the room is open, in ms. `random`: from 0 to 1. */
export function knockAfterMs({ opensAt }: Closure, now: Date, random: number): number {
  const untilMs = opensAt === undefined ? 0 : Date.parse(opensAt) - now.getTime();
  if (untilMs <= 0) return unknownPauseMs * (0.5 + random / 2);
  return untilMs > longestPauseMs ? longestPauseMs * (0.5 + random / 2) : untilMs + spreadMs * random;
}

/**
 * The closed room that the page waits for, after the call came into `state`.
 *
 * @param before what it waited for until then. An outage meanwhile does not end the wait.
 */
export function waitedFor(before: Closure | undefined, state: CallState): Closure | undefined {
  switch (state.status) {
    case 'idle':
    case 'joining':
      return before;
    case 'refused':
      return awaited(state.error) ?? (state.error.retry === 'later' ? before : undefined);
    default:
      return undefined;
  }
}

function awaited({ closed }: RefusalError): Closure | undefined {
  return closed?.reason === 'Closed' ? undefined : closed;
}
