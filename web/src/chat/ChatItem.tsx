import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import type { ChatEntry } from '@parley/client';
import { memo } from 'react';
import { useSession } from '../call/sessionContext.ts';

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

/** One message, with what became of it if it is one's own. */
export const ChatItem = memo(function ChatItem({ message }: { message: ChatEntry }) {
  const { chat } = useSession().call;
  const { id, from, mine, at, text, state, error } = message;
  return (
    <Box component="li" data-testid="message" data-state={state} sx={{ py: 0.75 }}>
      <Typography component="div" noWrap sx={{ fontSize: 13, color: 'text.secondary' }}>
        <Box component="bdi" sx={{ fontWeight: 600, color: mine ? 'primary.main' : 'text.primary' }}>
          {mine ? 'You' : from?.displayName}
        </Box>{' '}
        {at !== undefined && <time dateTime={new Date(at).toISOString()}>{clock.format(at)}</time>}
        {state === 'sending' && 'Sending…'}
      </Typography>
      <Typography
        component="div"
        dir="auto"
        data-testid="message-text"
        sx={{ fontSize: 14.5, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', overflow: 'hidden' }}
      >
        {text}
      </Typography>
      {state === 'failed' && (
        <Box sx={{ fontSize: 13, color: 'warning.main' }}>
          Not sent: {error?.message}{' '}
          <Button size="small" onClick={() => chat.retry(id)}>
            Send again
          </Button>
          <Button size="small" onClick={() => chat.discard(id)}>
            Discard
          </Button>
        </Box>
      )}
    </Box>
  );
});
