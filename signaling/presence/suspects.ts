/** How long a replica must be missing before those it held are given up. */
export const suspicionMs = 3000;

/**
 * Tells dead replicas from those that merely have no lease at the moment, as one that has only just started, or all of them after
 * Redis was away: a replica is dead once it was missing every time one looked, for a while.
 */
export class Suspects {
  #missingSince = new Map<string, number>();

  /** Notes which replicas have participants and which live, as of `now` in ms. */
  note(holding: Iterable<string>, live: ReadonlySet<string>, now: number): void {
    const missing = new Map<string, number>();
    for (const replica of holding) {
      if (!live.has(replica)) missing.set(replica, this.#missingSince.get(replica) ?? now);
    }
    this.#missingSince = missing;
  }

  dead(now: number): string[] {
    return [...this.#missingSince]
      .filter(([, since]) => now - since >= suspicionMs)
      .map(([replica]) => replica);
  }

  /** For when one could not look for a while. */
  clear(): void {
    this.#missingSince.clear();
  }
}
