import { RefusalError } from '@parley/protocol';
import { sayReaction } from '../connection/channels.ts';
import { memberOf, sessionGone } from './member.ts';
import type { Handler } from './services.ts';

/** Everyone in the room may raise their hand, whatever their role. */
export const raiseHand: Handler<'raiseHand'> = async ({ state }, caller, { raised }) => {
  const { room, id } = memberOf(caller);
  done(await state.interaction.raiseHand(room, id, raised));
  return {};
};

/** Everyone in the room may react, whatever their role. */
export const react: Handler<'react'> = async ({ io, state }, caller, { reaction }) => {
  const { room, id } = memberOf(caller);
  done(await state.interaction.react(room, id));
  sayReaction(io, room.uid, { from: id, reaction });
  return {};
};

function done(outcome: 'ok' | 'lost' | 'too_fast'): void {
  if (outcome === 'lost') throw sessionGone();
  if (outcome === 'too_fast') {
    throw new RefusalError('rate_limited', 'That was too fast. Wait a moment and try again.');
  }
}
