import { isDeepStrictEqual } from 'node:util';
import { RefusalError } from '@parley/protocol';

interface Entry<Content, Value> {
  content: Content;
  made: Promise<Value>;
  value: Value | undefined;
}

/**
 * Things that callers make under ids of their own. Asked twice for the same thing, even at the same time, it makes it
 * once and gives it to both.
 */
export class OnceMap<Id extends string, Content, Value> {
  readonly #conflict: string;
  readonly #entries = new Map<Id, Entry<Content, Value>>();

  /** @param conflict what a caller is told who asks for an id with other content. */
  constructor(conflict: string) {
    this.#conflict = conflict;
  }

  /** How many there are, those in the making included. */
  get size(): number {
    return this.#entries.size;
  }

  /** What is made; not what is still in the making. */
  *values(): Generator<Value> {
    for (const { value } of this.#entries.values()) if (value !== undefined) yield value;
  }

  /** Of what is made and what is in the making. */
  keys(): Iterable<Id> {
    return this.#entries.keys();
  }

  /** Whether `id` is made or in the making. */
  has(id: Id): boolean {
    return this.#entries.has(id);
  }

  get(id: Id): Value | undefined {
    return this.#entries.get(id)?.value;
  }

  /** Waits for what is in the making. A failure to make it counts as not there. */
  async settled(id: Id): Promise<Value | undefined> {
    return this.#entries.get(id)?.made.catch(() => undefined);
  }

  /**
   * Gives what stands under `id`, made with `make` if nothing does. If that fails, the id is free again.
   *
   * @throws RefusalError `conflict` if it was made with other content; whatever `make` throws.
   */
  async open(id: Id, content: Content, make: () => Promise<Value>): Promise<Value> {
    const there = this.#entries.get(id);
    if (there) {
      if (isDeepStrictEqual(there.content, content)) return there.made;
      throw new RefusalError('conflict', this.#conflict);
    }
    const entry: Entry<Content, Value> = { content, made: make(), value: undefined };
    this.#entries.set(id, entry);
    try {
      entry.value = await entry.made;
      return entry.value;
    } catch (error) {
      if (this.#entries.get(id) === entry) this.#entries.delete(id);
      throw error;
    }
  }

  delete(id: Id): void {
    this.#entries.delete(id);
  }

  clear(): void {
    this.#entries.clear();
  }
}
