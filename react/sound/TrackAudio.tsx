import { useEffect, useRef } from 'react';
import { useProvided } from '../CallProvider.tsx';

/** Plays one audio track on the chosen speaker. */
export function TrackAudio({ track }: { track: MediaStreamTrack }) {
  const audio = useRef<HTMLAudioElement>(null);
  const { output } = useProvided();
  useEffect(() => {
    const element = audio.current;
    if (!element) return;
    element.srcObject = new MediaStream([track]);
    const remove = output.add(element);
    return () => {
      remove();
      element.srcObject = null;
    };
  }, [track, output]);
  // biome-ignore lint/a11y/useMediaCaption: people who talk have no captions yet
  return <audio ref={audio} />;
}
