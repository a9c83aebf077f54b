import { Store } from '../state/store.ts';

type Output = Pick<HTMLMediaElement, 'play'> & { setSinkId?: (id: string) => Promise<void> };

/** Everything that is to be heard: which speaker plays it, and whether the browser lets it. */
export class AudioOutput {
  readonly #elements = new Set<Output>();
  /** True while the browser waits for the person to touch the page before it plays sound. */
  readonly blocked = new Store(false);
  readonly speaker: Store<string | undefined>;
  /** True when the chosen speaker was unplugged and the default one plays instead, until it is back or another is chosen. */
  readonly replaced = new Store(false);

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
    this.replaced.set(false);
    await this.#routeAll();
  }

  /** Looks whether the chosen speaker is among those that there are: without it the default one plays, until it is back. */
  async follow(speakers: readonly { id: string }[]): Promise<void> {
    // Before the person allows a device, none are listed.
    if (speakers.length === 0) return;
    const id = this.speaker.get();
    const gone = id !== undefined && speakers.every(speaker => speaker.id !== id);
    if (gone === this.replaced.get()) return;
    this.replaced.set(gone);
    await this.#routeAll();
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

  async #routeAll(): Promise<void> {
    await Promise.all([...this.#elements].map(element => this.#route(element)));
  }

  /** A speaker that is gone gives way to the default one, whose id is empty. */
  async #route(element: Output): Promise<void> {
    const id = this.speaker.get();
    if (id !== undefined) await element.setSinkId?.(this.replaced.get() ? '' : id).catch(() => undefined);
  }
}
