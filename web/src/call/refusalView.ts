import type { RefusalCode } from '@parley/protocol';

export interface RefusalView {
  title: string;
  /** What to do about it, beside what the server says. */
  advice: string;
  /** Whether trying again at once may help. */
  retry: boolean;
}

const again = 'Try again in a moment.';

/** How the page puts a refusal. The server's own message is shown with it. */
export const refusalViews: Record<RefusalCode, RefusalView> = {
  room_not_found: {
    title: 'There is no such meeting',
    advice: 'Check the link, or ask whoever invited you for a new one.',
    retry: true,
  },
  room_full: { title: 'The meeting is full', advice: 'Try again when somebody has left.', retry: true },
  room_ended: {
    title: 'The meeting has ended',
    advice: 'Start a new one, or ask for another link.',
    retry: false,
  },
  room_rejected: {
    title: 'This meeting cannot take place',
    advice: 'Tell whoever set it up: its settings need a correction.',
    retry: true,
  },
  room_not_ready: {
    title: 'The meeting is not ready yet',
    advice: 'Its media server is still being started. Try again in a moment.',
    retry: true,
  },
  unauthenticated: {
    title: 'You need an invitation',
    advice: 'Open the personal link that you were sent, or ask for one.',
    retry: false,
  },
  token_expired: {
    title: 'Your invitation has expired',
    advice: 'Ask whoever invited you for a new link.',
    retry: false,
  },
  forbidden: {
    title: 'You may not join this meeting',
    advice: 'Your invitation is for another meeting. Ask for a link to this one.',
    retry: false,
  },
  bad_request: {
    title: 'That did not work',
    advice: 'Check your name and the link, then try again.',
    retry: true,
  },
  too_large: { title: 'That did not work', advice: 'Use a shorter name, then try again.', retry: true },
  unsupported_version: {
    title: 'This page is out of date',
    advice: 'Reload it to get the current one.',
    retry: false,
  },
  rate_limited: { title: 'Too many attempts', advice: 'Wait a minute, then try again.', retry: true },
  unavailable: { title: 'Parley cannot be reached', advice: again, retry: true },
  media_lost: { title: 'Sound and picture were lost', advice: again, retry: true },
  session_lost: { title: 'The connection was lost', advice: 'Join again.', retry: true },
  not_joined: { title: 'The connection was lost', advice: 'Join again.', retry: true },
  not_found: { title: 'Something is no longer there', advice: 'Join again.', retry: true },
  conflict: { title: 'That did not work', advice: again, retry: true },
  internal: { title: 'Something went wrong', advice: again, retry: true },
};
