import { setTimeout as sleep } from 'node:timers/promises';
import { jittered } from './every.ts';

/** One connection that is to go elsewhere. */
export interface Handed {
  /** A join or resume is under way: it had better come to its end here. */
  busy: boolean;
  /** Ends the connection so that its client makes another. */
  close(): void;
}

/** Pause between two waves, at most, in ms. */
const waveMs = 250;
const smallestWave = 2;

/** How many connections each wave takes for all of them to be gone in about `totalMs`. */
export function waveSize(count: number, totalMs: number): number {
  // Jitter makes a pause three quarters of the longest on average; the last quarter of the time is for those who are busy.
  return Math.max(smallestWave, Math.ceil((count * waveMs) / Math.max(totalMs, waveMs)));
}

/**
 * Ends connections a few at a time, in no order, so that the replicas that their clients go to are not overrun. Resolves
 * when none is left, when `totalMs` are over or at the signal; answers how many it ended. `connections` names those that are open.
 */
export async function handOver(
  connections: () => Handed[],
  totalMs: number,
  signal?: AbortSignal,
): Promise<number> {
  const end = performance.now() + totalMs;
  const size = waveSize(connections().length, totalMs);
  let ended = 0;
  for (;;) {
    const open = connections();
    if (open.length === 0 || performance.now() >= end || signal?.aborted) return ended;
    const wave = shuffled(open.filter(({ busy }) => !busy)).slice(0, size);
    for (const connection of wave) connection.close();
    ended += wave.length;
    if (wave.length === open.length) return ended;
    await sleep(jittered(waveMs), undefined, { signal }).catch(() => {});
  }
}

function shuffled<T>(items: T[]): T[] {
  return items
    .map(item => ({ item, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
