import type { Call, CallSnapshot } from '@parley/client';
import type { MediaSource } from '@parley/protocol';
import type { Capture, LocalMedia } from '../devices/localMedia.ts';

type Known = Pick<CallSnapshot, 'room' | 'self'>;

/** Whether one may send this: the room's settings allow it, and so do one's own rights. */
export function mayPublish({ room, self }: Known, source: MediaSource): boolean {
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

const isOff = (capture: Capture) => capture.status === 'off' && !capture.kept;

/** Lets go of microphone and camera in a call that one may not use them in. The returned function ends that. */
export function keepForbiddenOff(
  call: Pick<Call, 'snapshot' | 'subscribe'>,
  media: Pick<LocalMedia, 'get' | 'subscribe' | 'letGo'>,
): () => void {
  const look = () => {
    const snapshot = call.snapshot();
    if (snapshot.state.status !== 'joined') return;
    for (const kind of ['microphone', 'camera'] as const) {
      if (!mayPublish(snapshot, kind) && !isOff(media.get()[kind])) media.letGo(kind);
    }
  };
  const ends = [call.subscribe(look), media.subscribe(look)];
  return () => {
    for (const end of ends) end();
  };
}
