import type { MediaSource, Producer, ProducerId } from '@parley/protocol';
import type { SentMedia } from '../types.ts';

/** What a direct link is about, as it is at the moment. */
export interface Scene {
  /** What the other sends. */
  theirs: readonly Producer[];
  /** What one sends, as the room's state has it, and as it is. */
  own: readonly Producer[];
  sent: ReadonlyMap<MediaSource, SentMedia>;
  /** Whether anybody looks at this picture of the other. */
  isSeen(source: MediaSource): boolean;
  /** How the SFU brings a producer of the other. */
  consumer(
    id: ProducerId,
  ): (Pick<RTCRtpReceiver, 'getStats'> & { kind: string; closed: boolean }) | undefined;
  /** Whether the other is connected to signaling. */
  otherConnected: boolean;
}

/** Whether something comes of a producer of the other: it is on, and in sight. */
export function flows({ paused, kind, source }: Producer, { isSeen }: Pick<Scene, 'isSeen'>): boolean {
  return !paused && (kind === 'audio' || isSeen(source));
}
