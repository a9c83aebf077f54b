/** The speed is that of so many ms. */
const windowMs = 4_000;
/** Progress is told so often at most, in ms. */
const tellEveryMs = 200;

/** How fast a file moves, from how much of it was there when. */
export class FilePace {
  #samples: { at: number; bytes: number }[] = [];

  /** Notes how many bytes are there at `now` in ms; answers with whether it is time to tell of it. */
  note(bytes: number, now: number): boolean {
    const last = this.#samples.at(-1);
    if (last && now - last.at < tellEveryMs) return false;
    this.#samples.push({ at: now, bytes });
    this.#samples = this.#samples.filter(({ at }) => now - at <= windowMs);
    return true;
  }

  /** Undefined until there is something to compare. */
  get bytesPerSecond(): number | undefined {
    const [first, last] = [this.#samples.at(0), this.#samples.at(-1)];
    if (!first || !last || first === last) return undefined;
    return ((last.bytes - first.bytes) * 1_000) / (last.at - first.at);
  }
}
