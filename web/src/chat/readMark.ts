import type { Chat } from '@parley/client';
import { Store } from '../state/store.ts';
import { latestSeq } from './unread.ts';

const marks = new WeakMap<Chat, Store<number>>();

/** The number of the last message that was read in this call. What was written before one came in is not news. */
export function readMarkOf(chat: Chat): Store<number> {
  const mark = marks.get(chat) ?? new Store(latestSeq(chat.snapshot().messages));
  marks.set(chat, mark);
  return mark;
}
