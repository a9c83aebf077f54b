import { RefusalError, type Rights, type Signal } from '@parley/protocol';
import { lacksRight } from '../access/rights.ts';
import type { Member } from '../connection/caller.ts';
import { saySignal } from '../connection/channels.ts';
import { reconnecting, tooOld } from './decided.ts';
import { memberOf, sessionGone } from './member.ts';
import type { Handler } from './services.ts';

/** Passes on what one participant says to another, wherever they are connected. */
export const signal: Handler<'signal'> = async ({ io, state }, caller, request) => {
  const member = memberOf(caller);
  const { to } = request;
  if (to === member.id) {
    throw new RefusalError('bad_request', 'Signals are for others.', { path: 'to' });
  }
  const outcome = await state.interaction.signal(member.room, member.id, to);
  switch (outcome.status) {
    case 'ok':
      maySignal(member, outcome.rights, request.signal);
      saySignal(io, to, { from: member.id, signal: request.signal });
      return {};
    case 'lost':
      throw sessionGone();
    case 'not_found':
      throw new RefusalError('not_found', 'There is nobody of this id in the meeting.');
    case 'too_old':
      throw tooOld();
    case 'away':
      throw reconnecting();
    case 'too_fast':
      throw new RefusalError('rate_limited', 'Too many signals. Wait a moment and try again.');
  }
};

/** @throws RefusalError `forbidden` if somebody with these rights may not say this to another. */
function maySignal(_member: Member, rights: Rights, { about }: Signal): void {
  if (about === 'file' && !rights.chat) throw lacksRight('chat');
}
