import type { ChatSnapshot } from '@parley/client';
import { useSyncExternalStore } from 'react';
import { useSession } from '../call/sessionContext.ts';
import { useStore } from '../state/useStore.ts';
import { readMarkOf } from './readMark.ts';
import { unreadOf } from './unread.ts';

/** The chat as it is now; renders anew whenever it changes. */
export function useChat(): ChatSnapshot {
  const { chat } = useSession().call;
  return useSyncExternalStore(chat.subscribe, chat.snapshot);
}

/** What others wrote that was not to be seen yet. */
export function useUnread(): ChatSnapshot['messages'] {
  const { chat } = useSession().call;
  const { messages } = useChat();
  return unreadOf(messages, useStore(readMarkOf(chat)));
}
