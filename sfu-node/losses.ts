import { randomUUID } from 'node:crypto';
import { MediaLossId, type ParticipantId } from '@parley/protocol';

/** Who lost what they had of a room that lives on, and have not come back. */
export class Losses {
  readonly #losses = new Map<ParticipantId, MediaLossId>();
  readonly #cut = new Set<ParticipantId>();

  /** Each with a name for their loss. */
  get all(): ReadonlyMap<ParticipantId, MediaLossId> {
    return this.#losses;
  }

  /** They lost it at the same time. */
  add(ids: Iterable<ParticipantId>): void {
    const loss = MediaLossId.parse(randomUUID());
    for (const id of ids) this.#losses.set(id, loss);
  }

  /** Somebody came back, or is not expected to. */
  delete(id: ParticipantId): void {
    this.#losses.delete(id);
  }

  clear(): void {
    this.#losses.clear();
  }

  /** Gathers those whose media is cut at the same moment, and has `lose` called with all of them. */
  gather(id: ParticipantId, lose: (ids: ParticipantId[]) => void): void {
    if (this.#cut.size === 0) {
      // mediasoup tells of each consumer that closes in a `setImmediate` of its own.
      setImmediate(() => {
        const ids = [...this.#cut];
        this.#cut.clear();
        lose(ids);
      });
    }
    this.#cut.add(id);
  }
}
