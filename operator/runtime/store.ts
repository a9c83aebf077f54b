import { type KubeObject, objectKey } from './kinds.ts';

export type StoreListener<T> = (key: string, now: T | undefined, before: T | undefined) => void;

/** How many uids of removed objects are kept. */
const remembered = 1_000;

/**
 * What is known of one kind of object. The watch fills it; its owner also puts in the answers to its own writes, so
 * that it never decides on less than it has done itself.
 */
export class Store<T extends KubeObject> {
  readonly #objects = new Map<string, T>();
  readonly #listeners: StoreListener<T>[] = [];
  /** Uids that went lately: the late answer to a write must not bring them back. */
  readonly #gone = new Set<string>();

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  values(): IterableIterator<T> {
    return this.#objects.values();
  }

  keys(): IterableIterator<string> {
    return this.#objects.keys();
  }

  entries(): IterableIterator<[string, T]> {
    return this.#objects.entries();
  }

  get size(): number {
    return this.#objects.size;
  }

  /** Calls `listener` after every change, with the object as it is and as it was. */
  onChange(listener: StoreListener<T>): void {
    this.#listeners.push(listener);
  }

  /** Takes the object in unless a newer version of it is there. */
  put(object: T): void {
    const key = objectKey(object.metadata);
    const before = this.#objects.get(key);
    if (this.#gone.has(object.metadata.uid) || (before && !isNewer(object, before))) return;
    this.#objects.set(key, object);
    this.#tell(key, object, before);
  }

  /** Removes the object unless another of its name has taken its place. */
  remove(key: string, uid: string): void {
    this.#gone.add(uid);
    if (this.#gone.size > remembered) this.#gone.delete(this.#gone.values().next().value ?? '');
    const before = this.#objects.get(key);
    if (before?.metadata.uid !== uid) return;
    this.#objects.delete(key);
    this.#tell(key, undefined, before);
  }

  /**
   * Takes over a whole list that is true at `resourceVersion`; what was written since then stays.
   *
   * @param unreadable keys of what is there but could not be read: it stays as it was last known.
   */
  replace(objects: readonly T[], resourceVersion: string, unreadable: readonly string[] = []): void {
    const listed = new Set([...objects.map(object => objectKey(object.metadata)), ...unreadable]);
    for (const [key, object] of [...this.#objects]) {
      const since = compareVersions(object.metadata.resourceVersion, resourceVersion) > 0;
      if (!listed.has(key) && !since) this.remove(key, object.metadata.uid);
    }
    for (const object of objects) this.put(object);
  }

  #tell(key: string, now: T | undefined, before: T | undefined): void {
    for (const listener of this.#listeners) listener(key, now, before);
  }
}

function isNewer(a: KubeObject, b: KubeObject): boolean {
  return compareVersions(a.metadata.resourceVersion, b.metadata.resourceVersion) > 0;
}

/** Resource versions are decimal numbers that grow (KEP-5504); longer ones are greater. */
export function compareVersions(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}
