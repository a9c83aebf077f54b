import type { Picture } from '@parley/client';
import type { ParticipantId } from '@parley/protocol';
import { type CSSProperties, useRef } from 'react';
import { useView } from './useView.ts';
import { VideoView } from './VideoView.tsx';

interface Props {
  track: MediaStreamTrack;
  /** Whose it is, so that no more of it is received than is seen; none for one's own. */
  participantId?: ParticipantId;
  source?: Picture['source'];
  /** Shows it as in a mirror, as people know themselves. */
  mirrored?: boolean;
  /** Shows all of it instead of filling the frame. */
  whole?: boolean;
  className?: string;
}

const filling: CSSProperties = { width: '100%', height: '100%', minHeight: 0 };

/** A picture that fills its frame, and tells the call how large it is shown and whether it is in sight. */
export function ParticipantVideo({
  track,
  participantId,
  source = 'camera',
  mirrored = false,
  whole = false,
  className,
}: Props) {
  const frame = useRef<HTMLDivElement>(null);
  useView(frame, participantId, source);
  return (
    <div ref={frame} className={className} style={filling}>
      <VideoView track={track} mirrored={mirrored} whole={whole} />
    </div>
  );
}
