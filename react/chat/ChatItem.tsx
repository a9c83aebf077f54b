import type { ChatEntry } from '@parley/client';
import { memo } from 'react';
import { useCall } from '../hooks.ts';
import { useWords } from '../words/WordsProvider.tsx';

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

/** One message, with what became of it if it is one's own. */
export const ChatItem = memo(function ChatItem({ message }: { message: ChatEntry }) {
  const { chat } = useCall();
  const words = useWords();
  const { id, from, mine, at, text, state, error } = message;
  return (
    <li data-state={state}>
      <div className="parley-author">
        <bdi>{mine ? words.you : from?.displayName}</bdi>{' '}
        {at !== undefined && <time dateTime={new Date(at).toISOString()}>{clock.format(at)}</time>}
        {state === 'sending' && words.sending}
      </div>
      <div dir="auto" className="parley-text">
        {text}
      </div>
      {state === 'failed' && (
        <div className="parley-failed">
          {words.notSent((error && words.refusals[error.code]) ?? error?.message ?? '')}{' '}
          <button type="button" className="parley-button" onClick={() => chat.retry(id)}>
            {words.sendAgain}
          </button>
          <button type="button" className="parley-button" onClick={() => chat.discard(id)}>
            {words.discard}
          </button>
        </div>
      )}
    </li>
  );
});
