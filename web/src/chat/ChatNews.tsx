import Box from '@mui/material/Box';
import { visuallyHidden } from '@mui/utils';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { panel } from '../call/panel.ts';
import { useSession } from '../call/sessionContext.ts';
import { useStore } from '../state/useStore.ts';
import { ChatToast } from './ChatToast.tsx';
import { readMarkOf } from './readMark.ts';
import { withCount } from './titleCount.ts';
import { latestSeq } from './unread.ts';
import { useChat, useUnread } from './useChat.ts';
import { useVisible } from './useVisible.ts';

/** How much of a message is read out while the chat is closed. */
const readOut = 200;

/** What tells of new messages: the title of the page, a toast, and words for those who cannot see either. */
export function ChatNews() {
  const { t } = useTranslation('chat');
  const { chat } = useSession().call;
  const latest = latestSeq(useChat().messages);
  const open = useStore(panel) === 'chat';
  const visible = useVisible();
  const unread = useUnread();
  const [dismissed, setDismissed] = useState(0);
  const last = unread.at(-1);

  useEffect(() => {
    if (open && visible) readMarkOf(chat).set(latest);
  }, [chat, open, visible, latest]);

  const count = unread.length;
  useEffect(() => {
    document.title = withCount(document.title, count);
    return () => {
      document.title = withCount(document.title, 0);
    };
  }, [count]);

  return (
    <>
      {!open && last?.seq !== undefined && last.seq > dismissed && (
        <ChatToast key={last.id} message={last} onClose={() => setDismissed(latest)} />
      )}
      <Box aria-live="polite" style={visuallyHidden}>
        {!open && last && t('wrote', { name: last.from?.displayName, text: last.text.slice(0, readOut) })}
      </Box>
    </>
  );
}
