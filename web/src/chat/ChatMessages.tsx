import KeyboardArrowDownIcon from '@mui/icons-material/KeyboardArrowDown';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { memo, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../call/sessionContext.ts';
import { ChatItem } from './ChatItem.tsx';
import { rowsOf } from './rows.ts';
import { dayName } from './times.ts';
import { useChat } from './useChat.ts';

/** How far from its end, in px, the list still goes along with new messages. */
const nearEnd = 60;
/** How near its beginning, in px, earlier messages are fetched. */
const nearStart = 80;

/** What was written. Who reads further up stays there, and finds a way back down. Not drawn anew while somebody writes. */
export const ChatMessages = memo(function ChatMessages() {
  const { t, i18n } = useTranslation('chat');
  const { chat } = useSession().call;
  const { messages, hasOlder } = useChat();
  const box = useRef<HTMLDivElement>(null);
  const view = useRef({ atEnd: true, height: 0, first: messages[0]?.id });
  const [atEnd, setAtEnd] = useState(true);

  const stayAtEnd = (stays: boolean) => {
    view.current.atEnd = stays;
    setAtEnd(stays);
  };
  const loadOlder = () => {
    if (!hasOlder) return;
    stayAtEnd(false);
    void chat.loadOlder().catch(() => undefined);
  };

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
    <Box sx={{ position: 'relative', flex: 1, minHeight: 0, display: 'flex', flexDirection: 'column' }}>
      <Box
        ref={box}
        role="log"
        aria-label={t('messages')}
        tabIndex={0}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          stayAtEnd(scrollHeight - clientHeight - scrollTop < nearEnd);
          if (scrollTop < nearStart && scrollHeight > clientHeight) loadOlder();
        }}
        sx={{ flex: 1, minHeight: 0, overflowY: 'auto', overflowAnchor: 'none', px: 2, pb: 1 }}
      >
        {hasOlder && (
          <Button size="small" fullWidth onClick={loadOlder}>
            {t('older')}
          </Button>
        )}
        {messages.length === 0 && (
          <Typography sx={{ fontSize: 14, color: 'text.secondary' }}>{t('empty')}</Typography>
        )}
        <Box component="ol" sx={{ listStyle: 'none', m: 0, p: 0 }}>
          {rowsOf(messages).map(row =>
            row.kind === 'day' ? (
              <Day key={row.key} name={dayName(row.at, Date.now(), i18n.language)} />
            ) : (
              <ChatItem key={row.key} message={row.message} first={row.first} />
            ),
          )}
        </Box>
      </Box>
      {!atEnd && (
        <Button
          variant="contained"
          size="small"
          startIcon={<KeyboardArrowDownIcon />}
          onClick={() => {
            stayAtEnd(true);
            box.current?.scrollTo({ top: box.current.scrollHeight });
            box.current?.focus();
          }}
          sx={{
            position: 'absolute',
            bottom: 8,
            insetInline: 0,
            marginInline: 'auto',
            width: 'max-content',
            boxShadow: 4,
          }}
        >
          {t('newest')}
        </Button>
      )}
    </Box>
  );
});

function Day({ name }: { name: string }) {
  return (
    <Box
      component="li"
      sx={{
        fontSize: 12.5,
        color: 'text.secondary',
        textAlign: 'center',
        pt: 1.5,
        pb: 0.5,
        '&::first-letter': { textTransform: 'uppercase' },
      }}
    >
      {name}
    </Box>
  );
}
