import type { RefusalCode } from '@parley/protocol';

export interface RefusalView {
  title: string;
  /** Whether trying again at once may help. */
  retry: boolean;
}

/** The page's title for a refusal. The refusal's own message says what is wrong and what to do about it. */
export const refusalViews: Record<RefusalCode, RefusalView> = {
  banned: { title: 'You were shut out of the meeting', retry: false },
  room_not_found: {
    title: 'There is no such meeting',
    retry: true,
  },
  room_closed: { title: 'The meeting is closed', retry: true },
  room_locked: { title: 'The meeting is locked', retry: true },
  in_lobby: { title: 'You wait to be let in', retry: true },
  turned_away: { title: 'You were not let in', retry: true },
  removed: { title: 'You were removed from the meeting', retry: false },
  room_full: { title: 'The meeting is full', retry: true },
  room_ended: {
    title: 'The meeting has ended',
    retry: false,
  },
  room_rejected: {
    title: 'This meeting cannot take place',
    retry: true,
  },
  room_not_ready: {
    title: 'The meeting is not ready yet',
    retry: true,
  },
  unauthenticated: {
    title: 'You need an invitation',
    retry: false,
  },
  token_expired: {
    title: 'Your invitation has expired',
    retry: false,
  },
  forbidden: {
    title: 'You may not join this meeting',
    retry: false,
  },
  bad_request: {
    title: 'That did not work',
    retry: true,
  },
  too_large: { title: 'That did not work', retry: true },
  unsupported_version: {
    title: 'This page is out of date',
    retry: false,
  },
  busy: { title: 'Many people are joining right now', retry: true },
  rate_limited: { title: 'Too many attempts', retry: true },
  unavailable: { title: 'Parley cannot be reached', retry: true },
  media_lost: { title: 'Sound and picture were lost', retry: true },
  session_lost: { title: 'The connection was lost', retry: true },
  not_joined: { title: 'The connection was lost', retry: true },
  not_found: { title: 'Something is no longer there', retry: true },
  conflict: { title: 'That did not work', retry: true },
  internal: { title: 'Something went wrong', retry: true },
};

/** What a refusal's message says beyond the title. */
export function detailOf(title: string, message: string): string {
  const said = `${title}.`;
  return message.startsWith(said) ? message.slice(said.length).trim() : message;
}
