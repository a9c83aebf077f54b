import { type Readable, Store } from '../state/store.ts';
import { type MediaProblem, problemOf } from './mediaProblem.ts';

export type ScreenShareState =
  | { status: 'off' }
  | { status: 'choosing' }
  | { status: 'on'; video: MediaStreamTrack; audio: MediaStreamTrack | undefined }
  | { status: 'failed'; problem: MediaProblem };

/** W3C Screen Capture, of which TypeScript does not know all. */
interface ScreenOptions extends DisplayMediaStreamOptions {
  audio: MediaTrackConstraints & { restrictOwnAudio: boolean };
  selfBrowserSurface: 'exclude' | 'include';
  systemAudio: 'exclude' | 'include';
  surfaceSwitching: 'exclude' | 'include';
}

/** With its sound, but without what comes from the meeting: neither this page nor the voices in it, which the others would hear again. */
const wanted: ScreenOptions = {
  video: { frameRate: { max: 30 } },
  audio: { restrictOwnAudio: true, echoCancellation: false, noiseSuppression: false, autoGainControl: false },
  selfBrowserSurface: 'exclude',
  systemAudio: 'include',
  surfaceSwitching: 'include',
};

/** One's own screen, as far as it is shown to the others. */
export class ScreenShare implements Readable<ScreenShareState> {
  readonly #store = new Store<ScreenShareState>({ status: 'off' });
  readonly get = this.#store.get;
  readonly subscribe = this.#store.subscribe;

  static get supported(): boolean {
    return typeof navigator.mediaDevices?.getDisplayMedia === 'function';
  }

  /** Lets the person choose what to show. A choice that is called off is no failure. */
  async start(): Promise<void> {
    const { status } = this.get();
    if (status === 'on' || status === 'choosing') return;
    const choosing: ScreenShareState = { status: 'choosing' };
    this.#store.set(choosing);
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia(wanted);
      const [video] = stream.getVideoTracks();
      if (this.get() !== choosing || !video) return stopAll(stream.getTracks());
      video.contentHint = 'detail';
      video.addEventListener('ended', () => this.stop());
      this.#store.set({ status: 'on', video, audio: stream.getAudioTracks()[0] });
    } catch (error) {
      if (this.get() !== choosing) return;
      const problem = problemOf(error);
      this.#store.set(problem === 'denied' ? { status: 'off' } : { status: 'failed', problem });
    }
  }

  readonly stop = (): void => {
    const state = this.get();
    if (state.status === 'on') stopAll([state.video, ...(state.audio ? [state.audio] : [])]);
    this.#store.set({ status: 'off' });
  };
}

function stopAll(tracks: MediaStreamTrack[]): void {
  for (const track of tracks) track.stop();
}
