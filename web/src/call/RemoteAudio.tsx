import type { RemoteParticipant } from '@parley/client';
import { useCall } from './sessionContext.ts';
import { TrackAudio } from './TrackAudio.tsx';

/** The sound of all the others. */
export function RemoteAudio() {
  return useCall().participants.flatMap(person =>
    audioOf(person).map(track => <TrackAudio key={`${person.id} ${track.id}`} track={track} />),
  );
}

function audioOf({ media }: RemoteParticipant): MediaStreamTrack[] {
  return [media.microphone?.track, media['screen-audio']?.track].filter(track => track !== undefined);
}
