/** Why somebody does not get in whose invitation is in order. */
import { type ReadyPlacement, RefusalError } from '@parley/protocol';

export function locked(): RefusalError {
  return new RefusalError('room_locked', 'The meeting is locked. Ask somebody in it to unlock it.');
}

export function full({ maxParticipants }: ReadyPlacement): RefusalError {
  return new RefusalError(
    'room_full',
    `The meeting is full: it has space for ${maxParticipants} people. Try again when someone has left.`,
  );
}

export function changing(): RefusalError {
  return new RefusalError('room_not_ready', 'The meeting is changing right now. Try again in a moment.');
}
