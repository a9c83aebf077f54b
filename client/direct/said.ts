/** How often it is said again, as what is said may be lost, in ms. */
const repeatMs = 10_000;
/** And how often while it cannot be said. */
const againMs = 1_000;

/** Says something when it is news, and again from time to time. */
export class Said {
  #last: { text: string; at: number; failed: boolean } | undefined;

  /** `say` is called if it is time to. */
  say(text: string, say: () => Promise<void>): void {
    const now = performance.now();
    const last = this.#last;
    if (last?.text === text && now - last.at < (last.failed ? againMs : repeatMs)) return;
    const saying = { text, at: now, failed: false };
    this.#last = saying;
    say().catch(() => {
      saying.failed = true;
    });
  }
}
