import type { CallSnapshot } from '@parley/client';
import type { Translate } from '../i18n/i18n.ts';

/** When more come or go at once, they are counted. */
const maxNames = 3;

type Heard = Pick<CallSnapshot, 'state' | 'participants' | 'lobby'>;

type Say = Translate<'call'>;

/** What a screen reader should say of a change: who came and went, who waits, and how the connection is. */
export function announcements(before: Heard, after: Heard, t: Say): string[] {
  return [
    ...ofState(before.state, after.state, t),
    ...ofPeople(before, after, t),
    ...ofLobby(before, after, t),
  ];
}

function ofState(before: CallSnapshot['state'], after: CallSnapshot['state'], t: Say): string[] {
  if (before.status === after.status) return [];
  if (after.status === 'reconnecting') return [t('say.lost')];
  if (after.status !== 'joined') return [];
  return [t(before.status === 'reconnecting' ? 'say.again' : 'say.in')];
}

/** People who were there before oneself are not news. */
function ofPeople(before: Heard, after: Heard, t: Say): string[] {
  if (!isIn(before) || !isIn(after)) return [];
  const came = after.participants.filter(({ id }) => !before.participants.some(other => other.id === id));
  const left = before.participants.filter(({ id }) => !after.participants.some(other => other.id === id));
  return [
    ...(came.length > maxNames
      ? [t('say.manyCame', { count: came.length })]
      : came.map(({ displayName }) => t('say.came', { name: displayName }))),
    ...(left.length > maxNames
      ? [t('say.manyLeft', { count: left.length })]
      : left.map(({ displayName }) => t('say.left', { name: displayName }))),
  ];
}

/** Those who wait already when oneself comes are news. */
function ofLobby(before: Heard, after: Heard, t: Say): string[] {
  if (!isIn(after)) return [];
  const known = isIn(before) ? before.lobby : [];
  const came = after.lobby.filter(({ id }) => !known.some(other => other.id === id));
  if (came.length > maxNames) return [t('say.manyWait', { count: after.lobby.length })];
  return came.map(({ displayName }) => t('say.waits', { name: displayName }));
}

function isIn({ state }: Heard): boolean {
  return state.status === 'joined' || state.status === 'reconnecting';
}
