import type { ChatEntry } from '@parley/client';

/** A line of the chat: a new day, or a message. */
export type ChatRow =
  | { kind: 'day'; key: string; at: number }
  /** `first`: says who wrote it and when, as the one before is another's or older. */
  | { kind: 'message'; key: string; message: ChatEntry; first: boolean };

/** Messages of one person that follow each other within so many ms stand under one name. */
const togetherMs = 5 * 60_000;

/** What stands below each other: days, and messages of one person together. */
export function rowsOf(messages: readonly ChatEntry[]): ChatRow[] {
  const rows: ChatRow[] = [];
  let before: ChatEntry | undefined;
  let day: string | undefined;
  for (const message of messages) {
    const own = message.at === undefined ? day : new Date(message.at).toDateString();
    const another = own !== day && message.at !== undefined;
    if (another) rows.push({ kind: 'day', key: `day ${message.id}`, at: message.at ?? 0 });
    day = own;
    const first = another || !before || !belongTogether(before, message);
    rows.push({ kind: 'message', key: message.id, message, first });
    before = message;
  }
  return rows;
}

function belongTogether(before: ChatEntry, message: ChatEntry): boolean {
  if (before.mine !== message.mine) return false;
  if (!message.mine && before.from?.id !== message.from?.id) return false;
  return before.at === undefined || message.at === undefined || message.at - before.at < togetherMs;
}
