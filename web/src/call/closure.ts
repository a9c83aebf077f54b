import type { CallState } from '@parley/client';
import type { Closure, RefusalError } from '@parley/protocol';
import type { Translate } from '../i18n/i18n.ts';
import type { Language } from '../i18n/languages.ts';

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

/** `at 18:00` of today, or `on Thursday 24 December at 18:00`, in the person's language and as their own clock shows it. */
export function whenText(opensAt: string, clock: Clock, t: Translate<'call'>, language: Language): string {
  const zone = clock.timeZone === undefined ? {} : { timeZone: clock.timeZone };
  const hour12 =
    clock.hour12 ?? new Intl.DateTimeFormat(undefined, { hour: 'numeric' }).resolvedOptions().hour12 ?? false;
  const format = (date: Date, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, { ...options, ...zone }).format(date);
  const opens = new Date(opensAt);
  const time = format(opens, { hour: hour12 ? 'numeric' : '2-digit', minute: '2-digit', hour12 });
  const sameIn = (options: Intl.DateTimeFormatOptions) =>
    format(opens, options) === format(clock.now, options);
  if (sameIn({ dateStyle: 'short' })) return t('when.today', { time });
  const year = sameIn({ year: 'numeric' }) ? {} : { year: 'numeric' as const };
  const date = format(opens, { weekday: 'long', day: 'numeric', month: 'long', ...year });
  // English dates need no comma after the weekday in a sentence.
  return t('when.later', { date: language === 'en' ? date.replace(',', '') : date, time });
}

/** What the page says to somebody who wants in, or was in when the room closed. */
export function closureView(
  { reason, opensAt }: Closure,
  wasIn: boolean,
  clock: Clock,
  t: Translate<'call'>,
  language: Language,
): { title: string; text: string } {
  if (reason === 'Closed') return { title: t('closed.Closed.title'), text: '' };
  const view = `closed.${reason}.${wasIn ? 'in' : 'out'}` as const;
  const when = opensAt === undefined ? t('when.unknown') : whenText(opensAt, clock, t, language);
  return { title: t(`${view}.title`), text: t(`${view}.text`, { when }) };
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
