import { memberOf } from './member.ts';
import type { Handler } from './services.ts';

/** How a participant's join went. */
export const reportJoin: Handler<'reportJoin'> = async (_services, caller) => {
  memberOf(caller);
  return {};
};

/** How a participant's call goes. */
export const reportQuality: Handler<'reportQuality'> = async (_services, caller) => {
  memberOf(caller);
  return {};
};
