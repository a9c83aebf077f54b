import { constraintsOf } from './deviceChoices.ts';
import type { CaptureKind, LocalMediaState } from './localMedia.ts';
import { problemOf } from './mediaProblem.ts';

/** Opens microphone, camera or both, asking the person once. @throws DOMException of getUserMedia, or an `InsecureContextError` */
export async function capture(
  wanted: CaptureKind[],
  { chosen, sound }: Pick<LocalMediaState, 'chosen' | 'sound'>,
): Promise<Partial<Record<CaptureKind, MediaStreamTrack>>> {
  if (wanted.length === 0) return {};
  if (!navigator.mediaDevices) {
    throw Object.assign(new Error('This page cannot use devices.'), {
      name: window.isSecureContext ? 'NotSupportedError' : 'InsecureContextError',
    });
  }
  const ask = (ids: LocalMediaState['chosen']) =>
    navigator.mediaDevices.getUserMedia(
      Object.assign({}, ...wanted.map(kind => constraintsOf(kind, ids[kind], sound))),
    );
  const stream = await ask(chosen).catch(error => {
    // What was chosen is gone: any other will do. Where two were asked for, each is asked for by itself.
    if (wanted.length === 1 && problemOf(error) === 'overconstrained') return ask({});
    throw error;
  });
  const [microphone] = stream.getAudioTracks();
  const [camera] = stream.getVideoTracks();
  // What is sent of it then has no pauses, and is in stereo.
  if (microphone && sound.music) microphone.contentHint = 'music';
  return { ...(microphone ? { microphone } : {}), ...(camera ? { camera } : {}) };
}
