import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useLayoutEffect, useRef } from 'react';
import { useSession } from '../call/sessionContext.ts';
import { ChatItem } from './ChatItem.tsx';
import { useChat } from './useChat.ts';

/** How far from its end, in px, the list still goes along with new messages. */
const nearEnd = 60;

/** What was written. Who reads further up stays there. */
export function ChatMessages() {
  const { chat } = useSession().call;
  const { messages, hasOlder } = useChat();
  const box = useRef<HTMLDivElement>(null);
  const view = useRef({ atEnd: true, height: 0, first: messages[0]?.id });

  useLayoutEffect(() => {
    const { current } = box;
    if (!current) return;
    const first = messages[0]?.id;
    const before = view.current;
    if (before.atEnd) current.scrollTop = current.scrollHeight;
    else if (first !== before.first) current.scrollTop += current.scrollHeight - before.height;
    view.current = { ...before, height: current.scrollHeight, first };
  }, [messages]);

  return (
    <Box
      ref={box}
      role="log"
      aria-label="Messages"
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        view.current.atEnd = scrollHeight - clientHeight - scrollTop < nearEnd;
      }}
      sx={{ flex: 1, minHeight: 0, overflowY: 'auto', overflowAnchor: 'none', px: 2, pb: 1 }}
    >
      {hasOlder && (
        <Button
          size="small"
          fullWidth
          onClick={() => {
            view.current.atEnd = false;
            void chat.loadOlder().catch(() => undefined);
          }}
        >
          Show earlier messages
        </Button>
      )}
      {messages.length === 0 && (
        <Typography sx={{ fontSize: 14, color: 'text.secondary' }}>
          Nobody has written yet. Everyone in the meeting reads what is written here.
        </Typography>
      )}
      <Box component="ol" sx={{ listStyle: 'none', m: 0, p: 0 }}>
        {messages.map(message => (
          <ChatItem key={message.id} message={message} />
        ))}
      </Box>
    </Box>
  );
}
