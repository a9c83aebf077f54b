import type { RemoteParticipant } from '@parley/client';
import { ParticipantId, rightsOfRole } from '@parley/protocol';
import { describe, expect, it } from 'vitest';
import { peopleOf, sharedScreens } from './people.ts';

const id = (number: number) => ParticipantId.parse(`00000000-0000-4000-8000-00000000000${number}`);
// Only passed through.
const track = { id: 'track' } as MediaStreamTrack;
const self = {
  id: id(1),
  displayName: 'Ada',
  role: 'speaker' as const,
  rights: rightsOfRole.speaker,
  handRaisedAt: undefined,
  media: {},
};
const other = (media: RemoteParticipant['media'], connected = true): RemoteParticipant => ({
  id: id(2),
  displayName: 'Ben',
  role: 'speaker',
  identity: undefined,
  connected,
  handRaisedAt: undefined,
  media,
});
const off = { microphone: { status: 'off' }, camera: { status: 'off' } } as const;

describe('peopleOf', () => {
  it('shows oneself first, by what is turned on', () => {
    const [me, ben] = peopleOf(
      { self, participants: [other({})] },
      { microphone: { status: 'off' }, camera: { status: 'on', track } },
    );
    expect(me).toMatchObject({ name: 'Ada', mine: true, muted: true, cameraOff: false, video: track });
    expect(ben).toMatchObject({ name: 'Ben', mine: false, muted: true, cameraOff: true, video: undefined });
  });

  it('shows no picture of a paused camera', () => {
    const [ben] = peopleOf(
      { self: undefined, participants: [other({ camera: { track, paused: true } }, false)] },
      off,
    );
    expect(ben).toMatchObject({ cameraOff: true, video: undefined, reconnecting: true });
  });

  it('tells a picture that is still to come from a camera that is off', () => {
    const [ben] = peopleOf(
      { self: undefined, participants: [other({ camera: { track: undefined, paused: false } })] },
      off,
    );
    expect(ben).toMatchObject({ cameraOff: false, video: undefined });
  });

  it('tells a picture that is left out', () => {
    const leftOut = { camera: { track, paused: false, leftOut: true } } as const;
    const [ben] = peopleOf({ self: undefined, participants: [other(leftOut)] }, off);
    expect(ben).toMatchObject({ cameraOff: false, leftOut: true, video: undefined });
  });
});

describe('sharedScreens', () => {
  it("are the others', and one's own", () => {
    const own = { id: 'own' } as MediaStreamTrack;
    const participants = [other({ screen: { track, paused: false } })];
    const another = { participantId: participants[0]?.id, name: 'Ben', mine: false, track };
    const mine = { participantId: self.id, name: 'Ada', mine: true, track: own };
    expect(sharedScreens({ self, participants }, own)).toEqual([another, mine]);
    expect(
      sharedScreens({ self, participants: [other({ screen: { track, paused: true } })] }, undefined),
    ).toEqual([]);
  });
});
