import { type ReactNode, useState } from 'react';
import { Chat } from '../chat/Chat.tsx';
import { Controls } from '../controls/Controls.tsx';
import { useCallState } from '../hooks.ts';
import { Gallery } from '../people/Gallery.tsx';
import { RoomAudio } from '../sound/RoomAudio.tsx';
import { useWords } from '../words/WordsProvider.tsx';

/** The one screen that fits the call's state. */
export function Screen({ onAgain, onBack }: { onAgain: () => void; onBack: () => void }) {
  const state = useCallState();
  const words = useWords();
  const cancel = <Way onClick={onBack}>{words.cancel}</Way>;
  switch (state.status) {
    case 'idle':
    case 'joining': {
      const reason = state.status === 'joining' ? state.reason : undefined;
      const why = reason && (words.refusals[reason.code] ?? reason.message);
      return <Message text={why === undefined ? words.joining : words.stillJoining(why)}>{cancel}</Message>;
    }
    case 'inLobby':
      return <Message text={words.inLobby}>{cancel}</Message>;
    case 'joined':
    case 'reconnecting':
      return <InCall />;
    case 'refused': {
      const { code, message, retry } = state.error;
      return (
        <Message title={words.refused} text={words.refusals[code] ?? message}>
          {retry === 'no' ? cancel : <Way onClick={onAgain}>{words.joinAgain}</Way>}
        </Message>
      );
    }
    case 'ended':
      return (
        <Message text={words.endings[state.reason] ?? state.message}>
          <Way onClick={onAgain}>{words.joinAgain}</Way>
        </Message>
      );
  }
}

function InCall() {
  const [chatOpen, setChatOpen] = useState(false);
  return (
    <>
      <div className="parley-stage">
        <Gallery />
        {chatOpen && <Chat />}
      </div>
      <Controls chatOpen={chatOpen} onChat={() => setChatOpen(!chatOpen)} />
      <RoomAudio />
    </>
  );
}

function Message({ title, text, children }: { title?: string; text: string; children: ReactNode }) {
  return (
    <div className="parley-message">
      <div role={title === undefined ? 'status' : 'alert'}>
        {title !== undefined && <strong>{title}</strong>}
        <p>{text}</p>
      </div>
      {children}
    </div>
  );
}

function Way({ onClick, children }: { onClick: () => void; children: ReactNode }) {
  return (
    <button type="button" className="parley-button" data-main onClick={onClick}>
      {children}
    </button>
  );
}
