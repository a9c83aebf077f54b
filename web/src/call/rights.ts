import type { Call } from '@parley/client';
import { mayPublish } from '@parley/react';
import type { Capture, LocalMedia } from '../devices/localMedia.ts';

export { mayPublish };

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
