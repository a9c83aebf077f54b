import type { Call } from '@parley/client';
import { mayPublish } from '@parley/react';
import type { Capture, LocalMedia } from '../devices/localMedia.ts';
import type { ScreenShare } from '../devices/screenShare.ts';

export { mayPublish };

const isOff = (capture: Capture) => capture.status === 'off' && !capture.kept;

/**
 * Lets go of microphone, camera and screen in a call that one may not use them in, and of the screen in one that is over. The returned
 * function ends that.
 */
export function keepForbiddenOff(
  call: Pick<Call, 'snapshot' | 'subscribe'>,
  media: Pick<LocalMedia, 'get' | 'subscribe' | 'letGo'>,
  screen: Pick<ScreenShare, 'get' | 'subscribe' | 'stop'>,
): () => void {
  const look = () => {
    const snapshot = call.snapshot();
    const { status } = snapshot.state;
    const over = status === 'ended' || status === 'refused';
    const forbidden = status === 'joined' && !mayPublish(snapshot, 'screen');
    if ((over || forbidden) && screen.get().status !== 'off') screen.stop();
    if (status !== 'joined') return;
    for (const kind of ['microphone', 'camera'] as const) {
      if (!mayPublish(snapshot, kind) && !isOff(media.get()[kind])) media.letGo(kind);
    }
  };
  const ends = [call, media, screen].map(part => part.subscribe(look));
  return () => {
    for (const end of ends) end();
  };
}
