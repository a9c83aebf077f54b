/** What a browser knows of its network. Not in lib.dom, and only Chromium has it. */
interface NetworkInformation extends EventTarget {
  readonly type?: string;
}

interface Surroundings {
  window: EventTarget;
  connection: NetworkInformation | undefined;
}

const browser = (): Surroundings => ({
  window,
  connection: (navigator as { connection?: NetworkInformation }).connection,
});

/** Says when the client may have gone over to another network, from the moment on at which there is one. */
export class NetworkWatch {
  readonly #changed: () => void;
  readonly #around: Surroundings;
  #type: string | undefined;

  constructor(changed: () => void, around = browser()) {
    this.#changed = changed;
    this.#around = around;
    this.#type = around.connection?.type;
    around.window.addEventListener('online', changed);
    around.connection?.addEventListener('change', this.#look);
  }

  close(): void {
    this.#around.window.removeEventListener('online', this.#changed);
    this.#around.connection?.removeEventListener('change', this.#look);
  }

  /** Most events only tell of another estimate of the bandwidth. */
  #look = (): void => {
    const type = this.#around.connection?.type;
    if (type === this.#type) return;
    this.#type = type;
    if (type !== 'none') this.#changed();
  };
}
