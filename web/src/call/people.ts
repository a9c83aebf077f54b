import type { CallSnapshot, RemoteParticipant } from '@parley/client';
import type { ParticipantId } from '@parley/protocol';
import type { Capture } from '../devices/localMedia.ts';

/** A participant as the gallery shows them. */
export interface Person {
  id: ParticipantId;
  name: string;
  mine: boolean;
  muted: boolean;
  cameraOff: boolean;
  /** Their camera stands still, as no more pictures are received. */
  leftOut: boolean;
  reconnecting: boolean;
  video: MediaStreamTrack | undefined;
}

/** Oneself first, then the others in the order in which they came. */
export function peopleOf(
  { self, participants }: Pick<CallSnapshot, 'self' | 'participants'>,
  own: { microphone: Capture; camera: Capture },
): Person[] {
  const others = participants.map(personOf);
  if (!self) return others;
  const me: Person = {
    id: self.id,
    name: self.displayName,
    mine: true,
    muted: own.microphone.status !== 'on',
    cameraOff: own.camera.status !== 'on',
    leftOut: false,
    reconnecting: false,
    video: own.camera.status === 'on' ? own.camera.track : undefined,
  };
  return [me, ...others];
}

function personOf({ id, displayName, connected, media }: RemoteParticipant): Person {
  const camera = media.camera;
  const cameraOff = !camera || camera.paused;
  return {
    id,
    name: displayName,
    mine: false,
    muted: !media.microphone || media.microphone.paused,
    cameraOff,
    leftOut: !cameraOff && camera.leftOut === true,
    reconnecting: !connected,
    video: cameraOff || camera.leftOut ? undefined : camera.track,
  };
}

/** A screen that is shown to everyone. `track` is undefined until it can be played. */
export interface SharedScreen {
  participantId: ParticipantId;
  name: string;
  mine: boolean;
  track: MediaStreamTrack | undefined;
}

/** All screens that are shown: those of the others in the order in which they came, and one's own. */
export function sharedScreens(
  { self, participants }: Pick<CallSnapshot, 'self' | 'participants'>,
  own: MediaStreamTrack | undefined,
): SharedScreen[] {
  const screens: SharedScreen[] = [];
  for (const { id, displayName, media } of participants) {
    const screen = media.screen;
    if (screen && !screen.paused) {
      screens.push({ participantId: id, name: displayName, mine: false, track: screen.track });
    }
  }
  if (own && self) screens.push({ participantId: self.id, name: self.displayName, mine: true, track: own });
  return screens;
}
