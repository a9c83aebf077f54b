import type { Call, CallSnapshot } from '@parley/client';
import type { ParticipantId } from '@parley/protocol';
import { AudioLevels } from '../devices/audioLevels.ts';
import { Store } from '../state/store.ts';

const everyMs = 200;
/** On a scale of `levelOf`: from here somebody speaks, and below the second they have stopped. */
const begins = 0.42;
const ends = 0.32;
/** How many quiet looks in a row end it, so that a ring does not flicker between words. */
const quietLooks = 4;

type Meter = { track: MediaStreamTrack; read: () => number; close: () => void };

/** How many quiet looks remain until somebody has stopped; 0: silent. */
export function nextVoice(voice: number, level: number): number {
  if (level >= begins || (voice > 0 && level >= ends)) return quietLooks;
  return Math.max(0, voice - 1);
}

/** Who of the others speaks right now, by the loudness of what arrives. */
export class Speaking {
  readonly who = new Store<ReadonlySet<ParticipantId>>(new Set());
  readonly #levels = new AudioLevels();
  readonly #meters = new Map<ParticipantId, Meter>();
  readonly #voices = new Map<ParticipantId, number>();
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #unsubscribe: () => void;

  constructor(call: Call) {
    this.#timer = setInterval(this.#look, everyMs);
    this.#unsubscribe = call.subscribe(() => this.#follow(call.snapshot()));
  }

  close(): void {
    clearInterval(this.#timer);
    this.#unsubscribe();
    for (const meter of this.#meters.values()) meter.close();
    this.#meters.clear();
    this.#levels.close();
  }

  #follow({ participants }: CallSnapshot): void {
    const audible = new Map<ParticipantId, MediaStreamTrack>();
    for (const { id, media } of participants) {
      const microphone = media.microphone;
      if (microphone?.track && !microphone.paused) audible.set(id, microphone.track);
    }
    for (const [id, meter] of this.#meters) {
      if (audible.get(id) === meter.track) continue;
      meter.close();
      this.#meters.delete(id);
      this.#voices.delete(id);
    }
    for (const [id, track] of audible) {
      if (!this.#meters.has(id)) this.#meters.set(id, { track, ...this.#levels.meter(track) });
    }
  }

  readonly #look = (): void => {
    for (const [id, meter] of this.#meters) {
      this.#voices.set(id, nextVoice(this.#voices.get(id) ?? 0, meter.read()));
    }
    const now = new Set([...this.#voices].filter(([, voice]) => voice > 0).map(([id]) => id));
    const before = this.who.get();
    if (now.size !== before.size || [...now].some(id => !before.has(id))) this.who.set(now);
  };
}
