/** What is heard or seen at one moment, ready to be sent. */
export interface ClipFrame {
  /** What its RTP packets carry. */
  payloads: readonly Buffer[];
  /** Until the next one, in ticks of the clip's clock. */
  ticks: number;
  /** Whether it can be shown without those before it. */
  key: boolean;
}

/** A recording as the RTP packets carry it. */
export interface Clip {
  kind: 'audio' | 'video';
  /** Ticks of RTP's timestamps per second. */
  clockRate: number;
  frames: readonly ClipFrame[];
}

/** A file that cannot be sent. The message says what is wrong with it. */
export class ClipError extends Error {
  override readonly name = 'ClipError';
  readonly code = 'unreadable_clip';
}

/** Bits per second of what the packets of a clip carry, headers left out. */
export function bitRateOf({ frames, clockRate }: Clip): number {
  let bytes = 0;
  let ticks = 0;
  for (const frame of frames) {
    ticks += frame.ticks;
    for (const payload of frame.payloads) bytes += payload.length;
  }
  return (bytes * 8 * clockRate) / ticks;
}
