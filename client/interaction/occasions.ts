/** Tells whoever listens of something that happens and is kept nowhere. A listener's mistake is its own. */
export class Occasions<T> {
  readonly #listeners = new Set<(occasion: T) => void>();

  tell(occasion: T): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(occasion);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  /** The returned function takes the listener away. */
  listen = (listener: (occasion: T) => void): (() => void) => {
    // A function of its own, so that one listener can be added twice and removed once.
    const own = (occasion: T) => listener(occasion);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  };
}
