import type { ChatEntry } from '@parley/client';

type Entry = Pick<ChatEntry, 'seq' | 'mine'>;

/** The number of the latest message, 0 without one. */
export function latestSeq(messages: readonly Entry[]): number {
  return messages.findLast(({ seq }) => seq !== undefined)?.seq ?? 0;
}

/** What others wrote after message number `readUpTo`. */
export function unreadOf<T extends Entry>(messages: readonly T[], readUpTo: number): T[] {
  return messages.filter(({ seq, mine }) => seq !== undefined && seq > readUpTo && !mine);
}
