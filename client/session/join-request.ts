import { RefusalError, type Request, requests } from '@parley/protocol';
import type { JoinOptions } from '../types.ts';

/** Finds a mistake in what a person gave before anything is sent. @throws RefusalError `bad_request` */
export function readJoin({ room, displayName, token }: JoinOptions): Request<'join'> {
  const { shape } = requests.join.request;
  const place = shape.room.safeParse(room);
  if (!place.success) {
    throw new RefusalError(
      'bad_request',
      'The name of a room has only lower-case letters, digits and dashes, such as daily-standup.',
      { path: 'room', cause: place.error },
    );
  }
  const name = shape.displayName.safeParse(displayName);
  if (!name.success) {
    const what = name.error.issues[0]?.message ?? 'cannot be used';
    throw new RefusalError('bad_request', `Your name ${what}.`, { path: 'displayName', cause: name.error });
  }
  return { room: place.data, displayName: name.data, token };
}
