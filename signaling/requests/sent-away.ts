import type { Goodbye, Placement } from '@parley/protocol';
import type { Asking } from '../state/moderated.ts';
import type { Services } from './services.ts';

/** What those hear whom a moderator sends away, also when they try to come back. */
export const sentAway = {
  removed: {
    reason: 'removed',
    message: 'You were removed from the meeting. Ask a host if you think that was a mistake.',
  },
  banned: {
    reason: 'banned',
    message:
      'You do not get into this meeting any more, unless a host lifts that. Ask them if you think that it was a mistake.',
  },
  room_ended: { reason: 'room_ended', message: 'The meeting has ended. A host ended it for everyone.' },
} as const satisfies Record<string, Goodbye>;

/** Who decides, where that is a person and still there. */
export async function nameOf(
  { state }: Services,
  { key }: Placement,
  by: Asking,
): Promise<string | undefined> {
  if (by === 'application') return undefined;
  return (await state.person(key, by).catch(() => undefined))?.displayName;
}
