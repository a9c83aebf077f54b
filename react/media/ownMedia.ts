import type { Call } from '@parley/client';
import { type MediaSource, RefusalError } from '@parley/protocol';
import { type Readable, Store } from '../state/store.ts';
import { type Captured, capture, type OwnSource, stopAll } from './capture.ts';
import { type MediaProblem, problemOf } from './problem.ts';
import { mayPublish } from './rights.ts';

/** One's own microphone, camera or screen. */
export type Own =
  | { status: 'off' }
  | { status: 'starting' }
  | { status: 'on'; track: MediaStreamTrack }
  /** The device cannot be had. */
  | { status: 'failed'; problem: MediaProblem }
  /** The server does not take it; the message says why. */
  | { status: 'refused'; error: RefusalError };

export type OwnMediaState = Readonly<Record<OwnSource, Own>>;

const off: Own = { status: 'off' };
const sources: readonly OwnSource[] = ['microphone', 'camera', 'screen'];

type Sending = Pick<Call, 'snapshot' | 'subscribe' | 'publish' | 'unpublish' | 'setPaused'>;

/**
 * Captures what the person turns on and sends it in the call; lets go of it when it is turned off, or the call is over. A
 * muted microphone keeps its track, silent, so that it speaks at once when it is turned on again. What a moderator takes away is let go of.
 */
export class OwnMedia implements Readable<OwnMediaState> {
  readonly #call: Sending;
  readonly #capture: typeof capture;
  readonly #store = new Store<OwnMediaState>({ microphone: off, camera: off, screen: off });
  readonly #held = new Map<OwnSource, Captured>();
  /** What the server has taken of it. */
  readonly #taken = new Set<OwnSource>();
  /** Counts the changes of each source, so that what comes late is told from what is wanted now. */
  readonly #turns: Record<OwnSource, number> = { microphone: 0, camera: 0, screen: 0 };
  #endWatch: (() => void) | undefined;
  readonly get = this.#store.get;
  readonly subscribe = this.#store.subscribe;

  constructor(call: Sending, capturing = capture) {
    this.#call = call;
    this.#capture = capturing;
  }

  /** Turns a source on or off. How that goes stands in the state; it never throws. */
  async turn(source: OwnSource, on: boolean): Promise<void> {
    const { status } = this.get()[source];
    if (!on) {
      this.#turnOff(source);
      return;
    }
    if (status === 'on' || status === 'starting') return;
    const turn = ++this.#turns[source];
    const kept = this.#held.get(source)?.microphone;
    if (kept?.readyState === 'live') return this.#unmute(kept);
    this.#set(source, { status: 'starting' });
    let captured: Captured;
    try {
      captured = await this.#capture(source);
    } catch (error) {
      if (this.#turns[source] !== turn) return;
      const problem = problemOf(error);
      // Who chooses no screen has changed their mind.
      this.#set(source, source === 'screen' && problem === 'denied' ? off : { status: 'failed', problem });
      return;
    }
    if (this.#turns[source] !== turn) return stopAll(captured);
    await this.#send(source, captured);
  }

  /** Lets go of everything. */
  stop(): void {
    for (const source of sources) this.#letGo(source, off);
  }

  async #send(source: OwnSource, captured: Captured): Promise<void> {
    const track = captured[source];
    if (!track) return this.#set(source, { status: 'failed', problem: 'missing' });
    if (source === 'screen') track.contentHint = 'detail';
    this.#held.set(source, captured);
    track.addEventListener('ended', () => {
      if (this.#held.get(source) !== captured) return;
      this.#letGo(source, source === 'screen' ? off : { status: 'failed', problem: 'missing' });
    });
    this.#set(source, { status: 'on', track });
    this.#watch();
    try {
      const sound = captured['screen-audio'];
      // A room may take screens without their sound.
      if (sound) this.#call.publish('screen-audio', sound).catch(() => sound.stop());
      await this.#call.publish(source, track);
      if (this.#held.get(source) === captured) this.#taken.add(source);
    } catch (error) {
      if (this.#held.get(source) !== captured) return;
      this.#letGo(source, error instanceof RefusalError ? { status: 'refused', error } : off);
    }
  }

  #turnOff(source: OwnSource): void {
    const now = this.get()[source];
    if (source !== 'microphone' || now.status !== 'on') {
      this.#letGo(source, off);
      return;
    }
    this.#turns[source]++;
    now.track.enabled = false;
    this.#set(source, off);
    this.#call.setPaused(source, true).catch(() => undefined);
  }

  #unmute(track: MediaStreamTrack): void {
    track.enabled = true;
    // In this order: a microphone that is on and paused was muted by somebody else.
    this.#call.setPaused('microphone', false).catch(() => undefined);
    this.#set('microphone', { status: 'on', track });
  }

  #letGo(source: OwnSource, to: Own): void {
    this.#turns[source]++;
    const held = this.#held.get(source) ?? {};
    this.#held.delete(source);
    this.#taken.delete(source);
    stopAll(held);
    this.#set(source, to);
    if (this.#held.size === 0) {
      this.#endWatch?.();
      this.#endWatch = undefined;
    }
    for (const as of Object.keys(held) as MediaSource[]) this.#call.unpublish(as).catch(() => undefined);
  }

  /** Follows the call for as long as something is held. */
  #watch(): void {
    this.#endWatch ??= this.#call.subscribe(this.#heed);
  }

  /** Nobody should be looked at or heard without a call; what a moderator muted is off here, too. */
  readonly #heed = (): void => {
    const { state, self } = this.#call.snapshot();
    if (state.status === 'ended' || state.status === 'refused') {
      this.stop();
      return;
    }
    for (const source of sources) {
      if (state.status === 'joined' && this.#isTakenAway(source)) {
        this.#letGo(source, off);
        continue;
      }
      const now = this.get()[source];
      const sent = self?.media[source];
      if (now.status === 'on' && sent?.track === now.track && sent.paused) this.#turnOff(source);
    }
  };

  /** The right to it, or the share, as a moderator can end one. */
  #isTakenAway(source: OwnSource): boolean {
    const snapshot = this.#call.snapshot();
    if (!this.#taken.has(source)) return false;
    return !mayPublish(snapshot, source) || (source === 'screen' && !snapshot.self?.media.screen);
  }

  #set(source: OwnSource, own: Own): void {
    this.#store.set({ ...this.get(), [source]: own });
  }
}

const all = new WeakMap<Call, OwnMedia>();

/** The one of a call. */
export function ownMediaOf(call: Call): OwnMedia {
  const known = all.get(call);
  if (known) return known;
  const made = new OwnMedia(call);
  all.set(call, made);
  return made;
}
