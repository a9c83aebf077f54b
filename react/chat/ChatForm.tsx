import { type FormEvent, useState } from 'react';
import { useCall } from '../hooks.ts';
import { useWords } from '../words/WordsProvider.tsx';

/** Where one writes to everyone. What cannot be sent stays, with the reason. */
export function ChatForm() {
  const { chat } = useCall();
  const words = useWords();
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string>();
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === '') return;
    try {
      chat.send(text);
      setText('');
      setProblem(undefined);
    } catch (error) {
      setProblem(words.notSent(error instanceof Error ? error.message : ''));
    }
  };
  return (
    <form className="parley-write" onSubmit={send}>
      <input
        className="parley-input"
        aria-label={words.message}
        placeholder={words.message}
        autoComplete="off"
        value={text}
        onChange={event => setText(event.target.value)}
      />
      <button type="submit" className="parley-button">
        {words.send}
      </button>
      {problem && (
        <p role="alert" className="parley-failed">
          {problem}
        </p>
      )}
    </form>
  );
}
