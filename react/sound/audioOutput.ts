import { Store } from '../state/store.ts';

type Output = Pick<HTMLMediaElement, 'play'> & { setSinkId?: (id: string) => Promise<void> };

/** Everything that is to be heard: which speaker plays it, and whether the browser lets it. */
export class AudioOutput {
  readonly #elements = new Set<Output>();
  /** True while the browser waits for the person to touch the page before it plays sound. */
  readonly blocked = new Store(false);
  readonly speaker: Store<string | undefined>;

  /** @param speaker id of the device to play on; undefined: the browser's default. */
  constructor(speaker?: string) {
    this.speaker = new Store(speaker);
  }

  static get canChoose(): boolean {
    return 'setSinkId' in HTMLMediaElement.prototype;
  }

  /** Plays an element; the returned function ends that. */
  add(element: Output): () => void {
    this.#elements.add(element);
    void this.#route(element).then(() => this.#play(element));
    return () => {
      this.#elements.delete(element);
    };
  }

  async choose(id: string): Promise<void> {
    this.speaker.set(id);
    await Promise.all([...this.#elements].map(element => this.#route(element)));
  }

  /** Plays what was blocked. Call it when the person has touched the page. */
  async resume(): Promise<void> {
    this.blocked.set(false);
    await Promise.all([...this.#elements].map(element => this.#play(element)));
  }

  async #play(element: Output): Promise<void> {
    try {
      await element.play();
    } catch (error) {
      if (error instanceof Error && error.name === 'NotAllowedError') this.blocked.set(true);
    }
  }

  /** A speaker that is gone leaves the element on the default one. */
  async #route(element: Output): Promise<void> {
    const id = this.speaker.get();
    if (id !== undefined) await element.setSinkId?.(id).catch(() => undefined);
  }
}
