import { type CSSProperties, useEffect, useEffectEvent, useRef } from 'react';

const overlaid: CSSProperties = {
  gridArea: '1 / 1',
  display: 'block',
  width: '100%',
  height: '100%',
  minHeight: 0,
};

interface Props {
  track: MediaStreamTrack;
  mirrored: boolean;
  whole: boolean;
  /** Called once the first picture of the track is there. */
  onPicture: () => void;
}

/** Plays one video track. Several lie over each other, the last on top. */
export function TrackVideo({ track, mirrored, whole, onPicture }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  const tellPicture = useEffectEvent(onPicture);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    element.srcObject = new MediaStream([track]);
    const cancel = whenPictured(element, tellPicture);
    return () => {
      cancel();
      element.srcObject = null;
    };
  }, [track]);
  return (
    <video
      ref={video}
      autoPlay
      playsInline
      muted
      style={{
        ...overlaid,
        objectFit: whole ? 'contain' : 'cover',
        transform: mirrored ? 'scaleX(-1)' : undefined,
      }}
    />
  );
}

/** Browsers that cannot tell when a frame is painted at least tell when there is one. */
function whenPictured(element: HTMLVideoElement, listener: () => void): () => void {
  if ('requestVideoFrameCallback' in element) {
    const handle = element.requestVideoFrameCallback(listener);
    return () => element.cancelVideoFrameCallback(handle);
  }
  const fallback: HTMLVideoElement = element;
  fallback.addEventListener('loadeddata', listener, { once: true });
  return () => fallback.removeEventListener('loadeddata', listener);
}
