import { useIsSpeaking, useOwnMedia, useSelf } from '../hooks.ts';
import { VideoView } from '../video/VideoView.tsx';
import { Label } from './Label.tsx';
import { Initials } from './ParticipantTile.tsx';

/** Oneself, as in a mirror; nothing before one is in. */
export function SelfTile() {
  const self = useSelf();
  return self && <Own id={self.id} name={self.displayName} />;
}

function Own({ id, name }: Pick<NonNullable<ReturnType<typeof useSelf>>, 'id'> & { name: string }) {
  const { own } = useOwnMedia('camera');
  const microphone = useOwnMedia('microphone');
  return (
    <li className="parley-tile" aria-label={name} data-participant={id} data-speaking={useIsSpeaking(id)}>
      {own.status === 'on' ? <VideoView track={own.track} mirrored /> : <Initials name={name} />}
      <Label name={name} own muted={!microphone.on} />
    </li>
  );
}
