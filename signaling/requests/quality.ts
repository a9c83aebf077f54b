import { joinSpans } from '../tracing/join-spans.ts';
import { memberOf } from './member.ts';
import type { Handler } from './services.ts';

/** How a participant's join went. */
export const reportJoin: Handler<'reportJoin'> = async ({ reports, tracing }, caller, report) => {
  const member = memberOf(caller);
  reports.join(member, report);
  // What comes from here on is no part of it.
  caller.joiningUntilMs = 0;
  const attributes = { 'parley.room': member.room.key, 'parley.participant': member.id };
  tracing.tell('client', joinSpans(caller.trace, report, Date.now(), attributes));
  return {};
};

/** How a participant's call goes. */
export const reportQuality: Handler<'reportQuality'> = async ({ reports }, caller, report) => {
  reports.quality(memberOf(caller), report);
  return {};
};
