import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import type { ChatEntry } from '@parley/client';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { refusalWords } from '../call/refusalWords.ts';
import { useSession } from '../call/sessionContext.ts';
import { ChatText } from './ChatText.tsx';
import { clockTime } from './times.ts';

interface Props {
  message: ChatEntry;
  /** Says who wrote it and when. */
  first: boolean;
}

/** One message, with what became of it if it is one's own. */
export const ChatItem = memo(function ChatItem({ message, first }: Props) {
  const { t, i18n } = useTranslation('chat');
  const { from, mine, at, text, state } = message;
  const time = at === undefined ? undefined : clockTime(at, i18n.language);
  return (
    <Box component="li" data-testid="message" data-state={state} title={time} sx={{ pt: first ? 1 : 0.25 }}>
      {first && (
        <Typography component="div" noWrap sx={{ fontSize: 13, color: 'text.secondary' }}>
          <Box component="bdi" sx={{ fontWeight: 600, color: mine ? 'primary.main' : 'text.primary' }}>
            {mine ? t('you') : from?.displayName}
          </Box>{' '}
          {at !== undefined && <time dateTime={new Date(at).toISOString()}>{time}</time>}
        </Typography>
      )}
      <Typography
        component="div"
        dir="auto"
        data-testid="message-text"
        sx={{ fontSize: 14.5, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', overflow: 'hidden' }}
      >
        <ChatText text={text} />
      </Typography>
      {state === 'sending' && <Box sx={{ fontSize: 12.5, color: 'text.secondary' }}>{t('sending')}</Box>}
      {state === 'failed' && <Failed message={message} />}
    </Box>
  );
});

function Failed({ message: { id, error } }: { message: ChatEntry }) {
  const { t } = useTranslation('chat');
  const { t: why } = useTranslation('moderation');
  const { chat } = useSession().call;
  return (
    <Box sx={{ fontSize: 13, color: 'warning.main' }}>
      {t('failed')} {refusalWords(error, why)}{' '}
      <Button size="small" onClick={() => chat.retry(id)}>
        {t('retry')}
      </Button>
      <Button size="small" onClick={() => chat.discard(id)}>
        {t('discard')}
      </Button>
    </Box>
  );
}
