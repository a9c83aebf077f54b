import { RefusalError, type Signal } from '@parley/protocol';
import { lacksRight } from '../access/rights.ts';
import type { Member } from '../connection/caller.ts';
import { saySignal } from '../connection/channels.ts';
import type { Person } from '../state/snapshot.ts';
import { reconnecting, tooOld } from './decided.ts';
import { changing } from './entry-refusals.ts';
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
      maySignal(member, outcome, request.signal);
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

/** @throws RefusalError `forbidden` if these two may not say this to each other, `room_not_ready` if that cannot be said now. */
function maySignal(
  { room: { placement } }: Member,
  { sender, receiver }: Record<'sender' | 'receiver', Pick<Person, 'rights' | 'direct'>>,
  signal: Signal,
): void {
  // It may want it as ever once it has a place again.
  if (placement.state !== 'ready') throw changing();
  if (signal.about === 'file') {
    if (signal.step === 'offer' && !sender.rights.chat) throw lacksRight('chat');
    if (placement.direct) return;
    throw new RefusalError(
      'forbidden',
      'In this meeting nothing is sent past the server, so no files either.',
    );
  }
  if (placement.direct && sender.direct && receiver.direct) return;
  throw new RefusalError('forbidden', 'Sound and pictures of this meeting go through the server.');
}
