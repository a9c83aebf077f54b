import type { ChatSnapshot } from '@parley/client';
import { useState, useSyncExternalStore } from 'react';
import { useSession } from '../call/sessionContext.ts';
import { latestSeq, unreadOf } from './unread.ts';

/** The chat as it is now; renders anew whenever it changes. */
export function useChat(): ChatSnapshot {
  const { chat } = useSession().call;
  return useSyncExternalStore(chat.subscribe, chat.snapshot);
}

/** What others wrote since the panel was last open; what was there before oneself is not news. */
export function useUnread(open: boolean): ChatSnapshot['messages'] {
  const { messages } = useChat();
  const [readUpTo, setReadUpTo] = useState(() => latestSeq(messages));
  const latest = latestSeq(messages);
  if (open && latest !== readUpTo) setReadUpTo(latest);
  return open ? [] : unreadOf(messages, readUpTo);
}
