import type { CallSnapshot } from '@parley/client';
import { peopleWait } from '../lobby/words.ts';

/** When more come to the lobby at once, they are counted. */
const maxNames = 3;

type Heard = Pick<CallSnapshot, 'state' | 'participants' | 'lobby'>;

/** What a screen reader should say of a change: who came and went, who waits, and how the connection is. */
export function announcements(before: Heard, after: Heard): string[] {
  return [...ofState(before.state, after.state), ...ofPeople(before, after), ...ofLobby(before, after)];
}

function ofState(before: CallSnapshot['state'], after: CallSnapshot['state']): string[] {
  if (before.status === after.status) return [];
  if (after.status === 'reconnecting') return ['Connection lost. Reconnecting.'];
  if (after.status !== 'joined') return [];
  return [before.status === 'reconnecting' ? 'Connected again.' : 'You are in the meeting.'];
}

/** People who were there before oneself are not news. */
function ofPeople(before: Heard, after: Heard): string[] {
  if (!isIn(before) || !isIn(after)) return [];
  const came = after.participants.filter(({ id }) => !before.participants.some(other => other.id === id));
  const left = before.participants.filter(({ id }) => !after.participants.some(other => other.id === id));
  return [
    ...came.map(({ displayName }) => `${displayName} joined.`),
    ...left.map(({ displayName }) => `${displayName} left.`),
  ];
}

/** Those who wait already when oneself comes are news. */
function ofLobby(before: Heard, after: Heard): string[] {
  if (!isIn(after)) return [];
  const known = isIn(before) ? before.lobby : [];
  const came = after.lobby.filter(({ id }) => !known.some(other => other.id === id));
  if (came.length > maxNames) return [`${peopleWait(after.lobby.length)}.`];
  return came.map(({ displayName }) => `${displayName} waits to be let in.`);
}

function isIn({ state }: Heard): boolean {
  return state.status === 'joined' || state.status === 'reconnecting';
}
