import { RefusalError } from '@parley/protocol';
import { memberOf } from './member.ts';
import type { Handler } from './services.ts';

const notYet = () => new RefusalError('unavailable', 'This server cannot do that yet. Try again later.');

export const raiseHand: Handler<'raiseHand'> = async (_services, caller) => {
  memberOf(caller);
  throw notYet();
};
export const react: Handler<'react'> = async (_services, caller) => {
  memberOf(caller);
  throw notYet();
};
export const signal: Handler<'signal'> = async (_services, caller) => {
  memberOf(caller);
  throw notYet();
};
export const bans: Handler<'bans'> = async (_services, caller) => {
  memberOf(caller);
  throw notYet();
};
