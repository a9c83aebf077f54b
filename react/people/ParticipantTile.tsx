import type { RemoteParticipant } from '@parley/client';
import { memo, useRef } from 'react';
import { useIsSpeaking } from '../hooks.ts';
import { useView } from '../video/useView.ts';
import { VideoView } from '../video/VideoView.tsx';
import { useWords } from '../words/WordsProvider.tsx';
import { colourOf, initials } from './initials.ts';
import { Label } from './Label.tsx';

/** Somebody else: their picture or initials, their name, whether they speak and can be heard. */
export const ParticipantTile = memo(function ParticipantTile({
  participant,
}: {
  participant: RemoteParticipant;
}) {
  const { id, displayName, connected, media } = participant;
  const tile = useRef<HTMLLIElement>(null);
  useView(tile, id, 'camera');
  const words = useWords();
  const { camera, microphone } = media;
  const track = camera && !camera.paused && !camera.leftOut ? camera.track : undefined;
  return (
    <li
      ref={tile}
      className="parley-tile"
      aria-label={displayName}
      data-participant={id}
      data-speaking={useIsSpeaking(id)}
    >
      {track ? <VideoView track={track} /> : <Initials name={displayName} />}
      {!connected && <div className="parley-tile-veil">{words.connectionLost}</div>}
      <Label name={displayName} muted={!microphone || microphone.paused} />
    </li>
  );
});

/** What stands for a picture that is not there. */
export function Initials({ name }: { name: string }) {
  return (
    <span className="parley-initials" aria-hidden="true" style={{ backgroundColor: colourOf(name) }}>
      {initials(name)}
    </span>
  );
}
