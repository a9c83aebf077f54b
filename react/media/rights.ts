import type { CallSnapshot } from '@parley/client';
import type { MediaSource } from '@parley/protocol';

/** Whether one may send this: the room's settings allow it, and so do one's own rights. */
export function mayPublish(
  { room, self }: Pick<CallSnapshot, 'room' | 'self'>,
  source: MediaSource,
): boolean {
  if (!room || !self?.rights.publish.includes(source)) return false;
  const { audio, video, screen } = room.media;
  switch (source) {
    case 'microphone':
      return audio;
    case 'camera':
      return video;
    case 'screen':
      return screen;
    case 'screen-audio':
      return screen && audio;
  }
}
