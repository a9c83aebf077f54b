import type { CallSnapshot } from './types.ts';

/** Holds the current snapshot and tells listeners when it is another. */
export class Store {
  #snapshot: CallSnapshot = {
    state: { status: 'idle' },
    room: undefined,
    self: undefined,
    locked: false,
    mediaPath: 'sfu',
    lobby: [],
    asked: undefined,
    participants: [],
  };
  readonly #listeners = new Listeners();

  get snapshot(): CallSnapshot {
    return this.#snapshot;
  }

  /** Takes new parts over; those that are the very same objects as before are no change. */
  update(parts: Partial<CallSnapshot>): void {
    const next = { ...this.#snapshot, ...parts };
    const keys = Object.keys(next) as (keyof CallSnapshot)[];
    if (keys.every(key => next[key] === this.#snapshot[key])) return;
    this.#snapshot = next;
    this.#listeners.tell();
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }
}

/** Those who are told of changes. */
export class Listeners {
  readonly #listeners = new Set<() => void>();

  tell(): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener();
      } catch (error) {
        // A listener's mistake is its own: it must not stop the call or the other listeners.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  /** The returned function takes the listener away. */
  add(listener: () => void): () => void {
    // A function of its own, so that one listener can be added twice and removed once.
    const own = () => listener();
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }
}
