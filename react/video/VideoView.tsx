import { type CSSProperties, useState } from 'react';
import { TrackVideo } from './TrackVideo.tsx';

const layered: CSSProperties = { display: 'grid', width: '100%', height: '100%', minHeight: 0 };

interface Props {
  track: MediaStreamTrack;
  /** Shows it as in a mirror, as people know themselves. */
  mirrored?: boolean;
  /** Shows all of it instead of filling the frame. */
  whole?: boolean;
}

/** A moving picture, without its sound. The old track's picture stays until the new track has one. */
export function VideoView({ track, mirrored = false, whole = false }: Props) {
  const [shown, setShown] = useState(track);
  const layers = shown === track ? [track] : [track, shown];
  return (
    <div style={layered}>
      {layers.map(layer => (
        <TrackVideo
          key={layer.id}
          track={layer}
          mirrored={mirrored}
          whole={whole}
          onPicture={() => setShown(layer)}
        />
      ))}
    </div>
  );
}
