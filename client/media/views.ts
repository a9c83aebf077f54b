import type { ParticipantId } from '@parley/protocol';
import type { Owner } from '../room/lookups.ts';
import type { View } from '../types.ts';

/** How long a picture is smaller or out of sight before less of it is received, in ms: people scroll and come back. */
export const lessAfterMs = 2_000;

interface Seen {
  /** On how many pixels of the screen it counts as shown. */
  area: number;
  shrinking: ReturnType<typeof setTimeout> | undefined;
}

/** How large the page shows each picture. More counts at once, less after a while. */
export class Views {
  readonly #unseen: number | undefined;
  readonly #changed: () => void;
  readonly #seen = new Map<`${ParticipantId}/${Owner['source']}`, Seen>();
  #telling = false;

  /** @param unseen pixels on which a picture counts as shown that the page never spoke of, if it is not for the caller of `areaOf` to say. */
  constructor(unseen: number | undefined, changed: () => void) {
    this.#unseen = unseen;
    this.#changed = changed;
  }

  /** In pixels of the screen; 0 while it is out of sight. */
  areaOf({ participantId, source }: Owner): number | undefined {
    return this.#seen.get(`${participantId}/${source}`)?.area ?? this.#unseen;
  }

  set({ participantId, source }: Owner, view: View, pixelRatio: number): void {
    const area = view === 'hidden' ? 0 : Math.max(0, view.width * view.height * pixelRatio ** 2) || 0;
    const key = `${participantId}/${source}` as const;
    const seen = this.#seen.get(key);
    clearTimeout(seen?.shrinking);
    if (!seen) this.#seen.set(key, { area, shrinking: undefined });
    else if (area < seen.area) {
      seen.shrinking = setTimeout(() => {
        seen.area = area;
        this.#tell();
      }, lessAfterMs);
      return;
    } else seen.area = area;
    this.#tell();
  }

  /** Forgets the pictures of all but these. */
  keep(participants: readonly { id: ParticipantId }[]): void {
    const there = new Set(participants.map(({ id }) => id));
    for (const [key, { shrinking }] of this.#seen) {
      if (there.has(key.slice(0, key.indexOf('/')) as ParticipantId)) continue;
      clearTimeout(shrinking);
      this.#seen.delete(key);
    }
  }

  /** Once for all that a page says in a row. */
  #tell(): void {
    if (this.#telling) return;
    this.#telling = true;
    queueMicrotask(() => {
      this.#telling = false;
      this.#changed();
    });
  }
}
