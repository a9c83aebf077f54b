/** One use of something that several share. */
export interface Lease<Value> {
  readonly value: Value;
  /** Ends this use; the last one ends the thing. Repeating it changes nothing. */
  release(): void;
}

/** Something that is shared: made once, closed after its last use, or closed by what happens to it. */
export interface Shareable {
  isClosed(): boolean;
  close(): void;
}

interface Entry<Value> {
  readonly made: Promise<Value>;
  uses: number;
}

/** Things that exist as long as somebody uses them. Asked for twice, even at the same time, a thing is made once. */
export class SharedMap<Key, Value extends Shareable> {
  readonly #entries = new Map<Key, Entry<Value>>();

  /** How many there are, those in the making included. */
  get size(): number {
    return this.#entries.size;
  }

  /** Gives what stands under `key`, made with `make` unless it is there and open. @throws whatever `make` throws. */
  async use(key: Key, make: () => Promise<Value>): Promise<Lease<Value>> {
    const entry = this.#entries.get(key) ?? { made: make(), uses: 0 };
    this.#entries.set(key, entry);
    entry.uses++;
    let value: Value;
    try {
      value = await entry.made;
    } catch (error) {
      this.#forget(key, entry);
      throw error;
    }
    if (value.isClosed()) {
      this.#forget(key, entry);
      return this.use(key, make);
    }
    return { value, release: this.#releaseOnce(key, entry, value) };
  }

  #releaseOnce(key: Key, entry: Entry<Value>, value: Value): () => void {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      entry.uses--;
      if (entry.uses > 0 && !value.isClosed()) return;
      this.#forget(key, entry);
      value.close();
    };
  }

  #forget(key: Key, entry: Entry<Value>): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }
}
