import { useRef } from 'react';
import { useCall, useChat, useSelf } from '../hooks.ts';
import { useWords } from '../words/WordsProvider.tsx';
import { ChatForm } from './ChatForm.tsx';
import { ChatItem } from './ChatItem.tsx';
import { useFollowing } from './useFollowing.ts';

/** What was written, and where one writes if one may. */
export function Chat() {
  const { chat } = useCall();
  const { messages, hasOlder } = useChat();
  const words = useWords();
  const mayWrite = useSelf()?.rights.chat ?? false;
  const box = useRef<HTMLDivElement>(null);
  const following = useFollowing(box, messages[0]?.id, messages);
  const loadOlder = () => {
    following.stay();
    chat.loadOlder().catch(() => undefined);
  };
  return (
    <section className="parley-chat" aria-label={words.chat}>
      <div
        ref={box}
        className="parley-messages"
        role="log"
        aria-label={words.messages}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        tabIndex={0}
        onScroll={following.onScroll}
      >
        {hasOlder && (
          <button type="button" className="parley-button" onClick={loadOlder}>
            {words.earlier}
          </button>
        )}
        {messages.length === 0 && <p className="parley-quiet">{words.nobodyWrote}</p>}
        <ol>
          {messages.map(message => (
            <ChatItem key={message.id} message={message} />
          ))}
        </ol>
      </div>
      {mayWrite && <ChatForm />}
    </section>
  );
}
