import type { RemoteParticipant } from '@parley/client';
import { useSnapshot } from '../hooks.ts';
import { TrackAudio } from './TrackAudio.tsx';

/** The sound of all the others. */
export function RoomAudio() {
  return useSnapshot().participants.flatMap(person =>
    audioOf(person).map(track => <TrackAudio key={`${person.id} ${track.id}`} track={track} />),
  );
}

function audioOf({ media }: RemoteParticipant): MediaStreamTrack[] {
  return [media.microphone?.track, media['screen-audio']?.track].filter(track => track !== undefined);
}
