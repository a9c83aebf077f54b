import { maxBans, RefusalError } from '@parley/protocol';
import { lacksRight } from '../access/rights.ts';
import type { Moderated } from '../state/moderated.ts';
import { sessionGone } from './member.ts';

/** What a moderator's decision came to. @throws RefusalError why nothing was decided. */
export function decided<T>(outcome: Moderated<T>): T {
  switch (outcome.status) {
    case 'ok':
      return outcome.value;
    case 'lost':
      throw sessionGone();
    case 'forbidden':
      throw lacksRight('moderate');
    case 'not_found':
      throw new RefusalError('not_found', 'There is nobody of this id in the meeting.');
    case 'owner':
      throw new RefusalError('forbidden', 'Only an owner of the meeting decides about owners.');
    case 'self':
      throw new RefusalError('forbidden', 'Your own role is for others to change.');
    case 'oneself':
      throw new RefusalError('bad_request', 'They have your own identity, and nobody shuts themselves out.');
    case 'full':
      throw new RefusalError(
        'conflict',
        `${maxBans} people are shut out already. Lift a ban first, or lock the meeting.`,
      );
    case 'may_not':
      throw new RefusalError(
        'conflict',
        'They may not send that in this meeting. Give them a role that may.',
      );
    case 'too_old':
      throw tooOld();
    case 'away':
      throw reconnecting();
  }
}

/** Said of somebody whose client cannot hear what is for them. */
export function tooOld(): RefusalError {
  return new RefusalError('conflict', 'Their page is too old for that. They can reload it.');
}

/** Said of somebody whose connection is gone, perhaps for a moment. */
export function reconnecting(): RefusalError {
  return new RefusalError('unavailable', 'They are reconnecting. Try again in a moment.');
}
