import { memberOf } from './member.ts';
import type { Handler } from './services.ts';

/** How a participant's join went. */
export const reportJoin: Handler<'reportJoin'> = async ({ reports }, caller, report) => {
  reports.join(memberOf(caller), report);
  return {};
};

/** How a participant's call goes. */
export const reportQuality: Handler<'reportQuality'> = async ({ reports }, caller, report) => {
  reports.quality(memberOf(caller), report);
  return {};
};
