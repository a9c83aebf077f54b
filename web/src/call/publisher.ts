import type { Call } from '@parley/client';
import type { MediaSource } from '@parley/protocol';
import type { LocalMedia } from '../devices/localMedia.ts';
import type { ScreenShare } from '../devices/screenShare.ts';
import { Store } from '../state/store.ts';
import { nextStep, type PublishingStep, type Wanted } from './publishing.ts';
import { mayPublish } from './rights.ts';

const sources: readonly MediaSource[] = ['microphone', 'camera', 'screen', 'screen-audio'];

/** Keeps what the call sends equal to what the person has turned on. */
export class Publisher {
  /** What could not be sent and why. */
  readonly problem = new Store<{ source: MediaSource; error: unknown } | undefined>(undefined);
  /** What a moderator muted, until it is turned on again. */
  readonly muted = new Store<MediaSource | undefined>(undefined);
  readonly #call: Call;
  readonly #media: LocalMedia;
  readonly #screen: ScreenShare;
  readonly #sent = new Map<MediaSource, MediaStreamTrack>();
  /** Tracks that were refused: not tried again before the call is joined anew. */
  readonly #refused = new Map<MediaSource, MediaStreamTrack>();
  /** What this page has paused, or knows to be. */
  readonly #paused = new Set<MediaSource>();
  readonly #ends: (() => void)[];
  /** Sources that are being brought to what is wanted. */
  readonly #running = new Set<MediaSource>();
  #joined = false;

  constructor(call: Call, media: LocalMedia, screen: ScreenShare) {
    this.#call = call;
    this.#media = media;
    this.#screen = screen;
    this.#ends = [call, media, screen].map(part => part.subscribe(this.#reconcile));
  }

  close(): void {
    for (const end of this.#ends.splice(0)) end();
  }

  readonly #reconcile = (): void => {
    const joined = this.#call.snapshot().state.status === 'joined';
    if (joined && !this.#joined) this.#refused.clear();
    this.#joined = joined;
    for (const source of sources) void this.#run(source);
  };

  /** Takes one step after the other. Sources do not wait for each other. */
  async #run(source: MediaSource): Promise<void> {
    if (this.#running.has(source)) return;
    this.#running.add(source);
    for (;;) {
      this.#acceptMute(source);
      this.#acceptEnd(source);
      const step = this.#next(source);
      if (!step) break;
      await this.#take(step);
    }
    this.#running.delete(source);
  }

  #next(source: MediaSource): PublishingStep | undefined {
    const { state, self } = this.#call.snapshot();
    // Who is let in publishes at once, without waiting for what the others send.
    const isIn = state.status === 'joined' || (state.status === 'joining' && self);
    if (!isIn || this.#ends.length === 0) return undefined;
    const wanted = this.#wanted(source);
    if (wanted && this.#refused.get(source) === wanted.track) return undefined;
    const sent = self?.media[source];
    return nextStep(source, wanted, sent && { track: this.#sent.get(source), paused: sent.paused });
  }

  /** What a moderator muted is turned off here, too, until the person turns it on again. */
  #acceptMute(source: MediaSource): void {
    const { state, self } = this.#call.snapshot();
    const wanted = this.#wanted(source);
    if (state.status !== 'joined' || !self?.media[source]?.paused) return;
    if (!wanted || wanted.paused || this.#paused.has(source)) return;
    this.#paused.add(source);
    this.muted.set(source);
    if (source === 'microphone' || source === 'camera') void this.#media.turn(source, false);
    else this.#screen.stop();
  }

  /** A share that a moderator ended is not begun anew: its capture stops. */
  #acceptEnd(source: MediaSource): void {
    const { state, self } = this.#call.snapshot();
    const track = this.#sent.get(source);
    if (!source.startsWith('screen') || state.status !== 'joined' || self?.media[source]) return;
    if (track?.readyState !== 'live' || this.#wanted(source)?.track !== track) return;
    this.#sent.delete(source);
    this.muted.set('screen');
    this.#screen.stop();
  }

  /** Who turns it on again knows. */
  #heardMute(source: MediaSource): void {
    if (this.muted.get() === source) this.muted.set(undefined);
  }

  #wanted(source: MediaSource): Wanted {
    if (!mayPublish(this.#call.snapshot(), source)) return undefined;
    const { microphone, camera } = this.#media.get();
    const screen = this.#screen.get();
    switch (source) {
      case 'microphone':
        if (microphone.status === 'on') return { track: microphone.track, paused: false };
        return microphone.status === 'off' && microphone.kept
          ? { track: microphone.kept, paused: true }
          : undefined;
      case 'camera':
        return camera.status === 'on' ? { track: camera.track, paused: false } : undefined;
      case 'screen':
        return screen.status === 'on' ? { track: screen.video, paused: false } : undefined;
      case 'screen-audio':
        return screen.status === 'on' && screen.audio ? { track: screen.audio, paused: false } : undefined;
    }
  }

  async #take(step: PublishingStep): Promise<void> {
    const track = step.do === 'publish' ? step.track : this.#sent.get(step.source);
    try {
      if (step.do === 'publish') {
        this.#heardMute(step.source);
        await this.#call.publish(step.source, step.track);
        this.#sent.set(step.source, step.track);
      } else if (step.do === 'setPaused') {
        if (step.paused) this.#paused.add(step.source);
        else {
          this.#paused.delete(step.source);
          this.#heardMute(step.source);
        }
        await this.#call.setPaused(step.source, step.paused);
      } else {
        this.#paused.delete(step.source);
        await this.#call.unpublish(step.source);
        this.#sent.delete(step.source);
      }
      if (this.problem.get()?.source === step.source) this.problem.set(undefined);
    } catch (error) {
      if (track) this.#refused.set(step.source, track);
      if (this.#call.snapshot().state.status !== 'joined') return;
      this.problem.set({ source: step.source, error });
    }
  }
}
