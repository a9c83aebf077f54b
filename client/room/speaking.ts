import { type ParticipantId, type Speaker, sameSpeakers, speakersLeaseMs } from '@parley/protocol';
import { Listeners } from '../store.ts';
import type { Speakers, SpeakersSnapshot } from '../types.ts';

const nobody: SpeakersSnapshot = { speakers: [], activeSpeaker: undefined };

/**
 * Who spoke, the last first. Those who speak at the same time keep their order among each other, so that nobody gives way to who is only a
 * little louder; the active speaker alone comes first.
 */
export function spokenOrder(
  before: readonly ParticipantId[],
  speakers: readonly { participantId: ParticipantId }[],
): ParticipantId[] {
  const [active] = speakers;
  if (!active) return [...before];
  const now = new Set(speakers.map(({ participantId }) => participantId));
  const still = before.filter(id => now.has(id));
  const gone = before.filter(id => !now.has(id));
  return [...new Set([active.participantId, ...still, ...now, ...gone])];
}

/** Who speaks, of those who can be heard. */
export class Speaking implements Speakers {
  readonly #changed: () => void;
  readonly #listeners = new Listeners();
  #told: readonly Speaker[] = [];
  #audible: ReadonlySet<ParticipantId> = new Set();
  #snapshot = nobody;
  #spoken: ParticipantId[] = [];
  #end: ReturnType<typeof setTimeout> | undefined;

  /** `changed` is called after every change of the snapshot, before the listeners are. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  snapshot = (): SpeakersSnapshot => this.#snapshot;

  subscribe = (listener: () => void): (() => void) => this.#listeners.add(listener);

  /** Who spoke, the last first. */
  get spoken(): readonly ParticipantId[] {
    return this.#spoken;
  }

  /** What the server said. It says it again before this ends. */
  take(speakers: readonly Speaker[]): void {
    clearTimeout(this.#end);
    if (speakers.length > 0) this.#end = setTimeout(() => this.take([]), speakersLeaseMs);
    this.#told = speakers;
    this.#look();
  }

  /** Whose microphones are there and not paused, among `present`. */
  hearable(audible: ReadonlySet<ParticipantId>, present: ReadonlySet<ParticipantId>): void {
    this.#audible = audible;
    this.#spoken = this.#spoken.filter(id => present.has(id));
    this.#look();
  }

  clear(): void {
    this.#spoken = [];
    this.take([]);
  }

  #look(): void {
    const speakers = this.#told.filter(({ participantId }) => this.#audible.has(participantId));
    if (sameSpeakers(speakers, this.#snapshot.speakers)) return;
    this.#spoken = spokenOrder(this.#spoken, speakers);
    this.#snapshot = speakers[0] ? { speakers, activeSpeaker: speakers[0].participantId } : nobody;
    this.#changed();
    this.#listeners.tell();
  }
}
