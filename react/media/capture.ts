import type { MediaSource } from '@parley/protocol';

/** What a person turns on and off. */
export type OwnSource = Extract<MediaSource, 'microphone' | 'camera' | 'screen'>;

/** Tracks by the source that each is sent as. */
export type Captured = Partial<Record<MediaSource, MediaStreamTrack>>;

const wishes: Record<OwnSource, MediaStreamConstraints> = {
  microphone: { audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true } },
  camera: {
    video: {
      width: { ideal: 1280 },
      height: { ideal: 720 },
      frameRate: { ideal: 30, max: 30 },
      facingMode: 'user',
    },
  },
  screen: { video: { frameRate: { max: 30 } }, audio: true },
};

/** Asks the person and the browser for a source. @throws DOMException as of `getUserMedia` and `getDisplayMedia` */
export async function capture(source: OwnSource): Promise<Captured> {
  const { mediaDevices } = navigator;
  if (!mediaDevices) throw new DOMException('Not in an insecure context.', 'NotSupportedError');
  const stream =
    source === 'screen'
      ? await mediaDevices.getDisplayMedia(wishes.screen)
      : await mediaDevices.getUserMedia(wishes[source]);
  const [audio] = stream.getAudioTracks();
  const [video] = stream.getVideoTracks();
  if (source === 'microphone') return audio ? { microphone: audio } : {};
  if (source === 'camera') return video ? { camera: video } : {};
  return { ...(video && { screen: video }), ...(audio && { 'screen-audio': audio }) };
}

export function stopAll(captured: Captured): void {
  for (const track of Object.values(captured)) track.stop();
}
