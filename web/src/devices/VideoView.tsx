import { styled } from '@mui/material/styles';
import { useEffect, useRef } from 'react';

const Video = styled('video')({ display: 'block', width: '100%', height: '100%' });

interface Props {
  track: MediaStreamTrack;
  /** Shows it as in a mirror, as people know themselves. */
  mirrored?: boolean;
  /** Shows all of it instead of filling the frame. */
  whole?: boolean;
}

/** A moving picture, without its sound. */
export function VideoView({ track, mirrored = false, whole = false }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    element.srcObject = new MediaStream([track]);
    return () => {
      element.srcObject = null;
    };
  }, [track]);
  return (
    <Video
      ref={video}
      autoPlay
      playsInline
      muted
      style={{
        objectFit: whole ? 'contain' : 'cover',
        transform: mirrored ? 'scaleX(-1)' : undefined,
      }}
    />
  );
}
