import type { Owner } from '../room/lookups.ts';
import type { ReceivedStats } from '../types.ts';

/** What only grows. */
const counts = [
  'framesDecoded',
  'framesDropped',
  'totalAudioEnergy',
  'packetsReceived',
  'packetsLost',
  'bytesReceived',
] as const satisfies (keyof ReceivedStats)[];

type Counts = Record<(typeof counts)[number], number>;

/** One look at one stream. */
export interface StreamLook {
  /** What tells it from all others. */
  readonly name: string;
  /** Whether its source comes by it now. */
  readonly live: boolean;
  readonly stats: ReceivedStats;
}

interface Stream {
  readonly owner: string;
  /** What it counted before it began anew under its name. */
  readonly earlier: Counts;
  readonly last: Counts;
}

const none = countsOf(() => 0);

/**
 * Counts what comes of a source over all the streams that bring it one after the other, or for a moment at once: of one SFU, of the next, and
 * directly. So counts go on where the way changes.
 */
export class Totals {
  readonly #streams = new Map<string, Stream>();

  /** What each source counts in sum, beside what is said of the stream that brings it now. */
  take(looks: readonly StreamLook[]): ReceivedStats[] {
    const sources = new Map<string, StreamLook>();
    for (const look of looks) {
      const owner = keyOf(look.stats);
      this.#note(look, owner);
      if (look.live || !sources.has(owner)) sources.set(owner, look);
    }
    const present = new Set(looks.map(({ stats }) => `${stats.participantId}`));
    for (const [name, { owner }] of this.#streams) {
      if (!present.has(owner.slice(0, owner.indexOf('/')))) this.#streams.delete(name);
    }
    return [...sources].map(([owner, { stats }]) => ({ ...stats, ...this.#sumOf(owner) }));
  }

  #note({ name, stats }: StreamLook, owner: string): void {
    const known = this.#streams.get(name);
    const before = known?.owner === owner ? known : undefined;
    // One that was another's before has counted what is theirs.
    if (known && !before) this.#streams.set(`${name} ${known.owner}`, known);
    const anew = before !== undefined && before.last.packetsReceived > stats.packetsReceived;
    const earlier = anew ? sum(before.earlier, before.last) : (before?.earlier ?? none);
    this.#streams.set(name, { owner, earlier, last: countsOf(count => stats[count]) });
  }

  #sumOf(key: string): Counts {
    let total = none;
    for (const { owner, earlier, last } of this.#streams.values()) {
      if (owner === key) total = sum(total, sum(earlier, last));
    }
    return total;
  }
}

const keyOf = ({ participantId, source }: Owner) => `${participantId}/${source}`;

function sum(one: Counts, other: Counts): Counts {
  return countsOf(count => one[count] + other[count]);
}

function countsOf(read: (count: keyof Counts) => number): Counts {
  return Object.fromEntries(counts.map(count => [count, read(count)])) as Counts;
}
