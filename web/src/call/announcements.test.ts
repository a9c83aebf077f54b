import type { CallState, RemoteParticipant } from '@parley/client';
import { LobbyId, ParticipantId } from '@parley/protocol';
import { describe, expect, it } from 'vitest';
import { translatorOf } from '../i18n/testing.ts';
import { announcements as announcementsIn } from './announcements.ts';

type Heard = Parameters<typeof announcementsIn>[0];
const t = await translatorOf('en', 'call');
const announcements = (before: Heard, after: Heard) => announcementsIn(before, after, t);

const person = (number: number, displayName: string): RemoteParticipant => ({
  id: ParticipantId.parse(`00000000-0000-4000-8000-00000000000${number}`),
  displayName,
  role: 'speaker',
  identity: undefined,
  connected: true,
  handRaisedAt: undefined,
  media: {},
});
const ada = person(1, 'Ada');
const ben = person(2, 'Ben');
const joined: CallState = { status: 'joined' };
const reconnecting: CallState = { status: 'reconnecting', cause: 'signaling' };

describe('announcements', () => {
  it('says who came and who left', () =>
    expect(
      announcements(
        { state: joined, participants: [ada], lobby: [] },
        { state: joined, participants: [ben], lobby: [] },
      ),
    ).toEqual(['Ben joined.', 'Ada left.']));

  it('counts many who come or leave at once', () => {
    const many = [1, 2, 3, 4].map(number => person(number, `Person ${number}`));
    const all: Heard = { state: joined, participants: many, lobby: [] };
    const nobody: Heard = { ...all, participants: [] };
    expect(announcements(nobody, all)).toEqual(['4 people joined.']);
    expect(announcements(all, nobody)).toEqual(['4 people left.']);
  });

  it('does not read out who was there before', () =>
    expect(
      announcements(
        { state: { status: 'joining', attempt: 1 }, participants: [], lobby: [] },
        { state: joined, participants: [ada, ben], lobby: [] },
      ),
    ).toEqual(['You are in the meeting.']));

  it('says how the connection is', () => {
    const [there, gone] = [
      { state: joined, participants: [ada], lobby: [] },
      { state: reconnecting, participants: [ada], lobby: [] },
    ];
    expect(announcements(there, gone)).toEqual(['Connection lost. Reconnecting.']);
    expect(announcements(gone, there)).toEqual(['Connected again.']);
    expect(announcements(there, there)).toEqual([]);
  });

  it('says who waits to be let in, also before oneself came', () => {
    const ann = { id: LobbyId.parse(ada.id), displayName: 'Ann', since: '2026-01-01T00:00:00Z' };
    const there = { state: joined, participants: [], lobby: [] };
    expect(announcements(there, { ...there, lobby: [ann] })).toEqual(['Ann waits to be let in.']);
    expect(announcements({ ...there, lobby: [ann] }, there)).toEqual([]);
    const coming = { ...there, state: { status: 'joining', attempt: 1 } as const, lobby: [ann] };
    expect(announcements(coming, { ...there, lobby: [ann] })).toEqual([
      'You are in the meeting.',
      'Ann waits to be let in.',
    ]);
  });

  it('counts those who wait when many come to the lobby at once', () => {
    const there = { state: joined, participants: [], lobby: [] };
    const lobby = Array.from({ length: 4 }, (_, number) => ({
      id: LobbyId.parse(person(number, '').id),
      displayName: `Guest ${number}`,
      since: '2026-01-01T00:00:00Z',
    }));
    expect(announcements(there, { ...there, lobby })).toEqual(['4 people wait to be let in.']);
  });
});
