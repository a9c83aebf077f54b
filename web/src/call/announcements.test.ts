import type { CallState, RemoteParticipant } from '@parley/client';
import { ParticipantId } from '@parley/protocol';
import { describe, expect, it } from 'vitest';
import { announcements } from './announcements.ts';

const person = (number: number, displayName: string): RemoteParticipant => ({
  id: ParticipantId.parse(`00000000-0000-4000-8000-00000000000${number}`),
  displayName,
  role: 'speaker',
  identity: undefined,
  connected: true,
  media: {},
});
const ada = person(1, 'Ada');
const ben = person(2, 'Ben');
const joined: CallState = { status: 'joined' };
const reconnecting: CallState = { status: 'reconnecting', cause: 'signaling' };

describe('announcements', () => {
  it('says who came and who left', () =>
    expect(
      announcements({ state: joined, participants: [ada] }, { state: joined, participants: [ben] }),
    ).toEqual(['Ben joined.', 'Ada left.']));

  it('does not read out who was there before', () =>
    expect(
      announcements(
        { state: { status: 'joining', attempt: 1 }, participants: [] },
        { state: joined, participants: [ada, ben] },
      ),
    ).toEqual(['You are in the meeting.']));

  it('says how the connection is', () => {
    const [there, gone] = [
      { state: joined, participants: [ada] },
      { state: reconnecting, participants: [ada] },
    ];
    expect(announcements(there, gone)).toEqual(['Connection lost. Reconnecting.']);
    expect(announcements(gone, there)).toEqual(['Connected again.']);
    expect(announcements(there, there)).toEqual([]);
  });
});
