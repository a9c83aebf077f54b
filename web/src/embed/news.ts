import type { CallSnapshot, ChatSnapshot, SpeakersSnapshot } from '@parley/client';
import { type EmbedEvent, maxNames } from '@parley/embed/messages';
import type { ParticipantId } from '@parley/protocol';

/** All that an embedding page is told of. */
export interface Seen {
  call: Pick<CallSnapshot, 'state' | 'self' | 'participants'>;
  chat: Pick<ChatSnapshot, 'messages'>;
  speakers: Pick<SpeakersSnapshot, 'speakers'>;
  on: { microphone: boolean; camera: boolean; screen: boolean };
}

/** What to tell the embedding page once `before` (undefined: nothing yet) has become `now`. What was written before one came is old. */
export function newsOf(before: Seen | undefined, now: Seen): EmbedEvent[] {
  const news = [...stateNews(before, now), ...deviceNews(before, now)];
  if (!isIn(now)) return news;
  const arrived = !before || !isIn(before);
  const names = namesOf(now);
  // What they send changes often, who they are seldom.
  if (arrived || !sameNames(names, namesOf(before))) {
    news.push({ event: 'participants', count: names.length, names: names.slice(0, maxNames) });
  }
  if (!arrived) news.push(...chatNews(before, now), ...speakingNews(before, now));
  return news;
}

const isIn = ({ call: { state } }: Seen) => state.status === 'joined' || state.status === 'reconnecting';

function stateNews(before: Seen | undefined, now: Seen): EmbedEvent[] {
  const { state, self } = now.call;
  if (before?.call.state.status === state.status) return [];
  switch (state.status) {
    case 'inLobby':
      return [{ event: 'waiting' }];
    case 'joined':
      if (before?.call.state.status === 'reconnecting' || !self) return [];
      return [{ event: 'joined', participantId: self.id, displayName: self.displayName }];
    case 'ended':
      return [{ event: 'left', reason: state.reason, message: state.message }];
    case 'refused':
      return [{ event: 'error', code: state.error.code, message: state.error.message }];
    default:
      return [];
  }
}

function deviceNews(before: Seen | undefined, now: Seen): EmbedEvent[] {
  const sources = ['microphone', 'camera', 'screen'] as const;
  return sources
    .filter(source => before?.on[source] !== now.on[source])
    .map(source => ({ event: source, on: now.on[source] }));
}

function namesOf({ call: { self, participants } }: Seen): string[] {
  return [...(self ? [self] : []), ...participants].map(({ displayName }) => displayName);
}

function sameNames(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((name, place) => name === others[place]);
}

function chatNews(before: Seen, now: Seen): EmbedEvent[] {
  if (before.chat.messages === now.chat.messages) return [];
  const last = Math.max(-1, ...before.chat.messages.map(({ seq = -1 }) => seq));
  return now.chat.messages.flatMap(({ id, seq, at, from, mine, text }) =>
    seq === undefined || seq <= last || at === undefined || !from
      ? []
      : [{ event: 'chat', id, from: from.displayName, mine, text, at } as const],
  );
}

function speakingNews(before: Seen, now: Seen): EmbedEvent[] {
  const names = speakingIn(now);
  return sameNames(names, speakingIn(before)) ? [] : [{ event: 'speaking', names }];
}

function speakingIn({ call: { self, participants }, speakers }: Seen): string[] {
  const nameOf = (id: ParticipantId) =>
    (self?.id === id ? self : participants.find(one => one.id === id))?.displayName;
  return speakers.speakers
    .map(({ participantId }) => nameOf(participantId))
    .filter(name => name !== undefined)
    .sort();
}
