import type { CallOptions, CallState } from '@parley/client';
import { useState } from 'react';
import { WordsProvider } from '../words/WordsProvider.tsx';
import type { Words } from '../words/words.ts';
import { Door, type Entry } from './Door.tsx';
import { Stay } from './Stay.tsx';

export interface ParleyRoomProps {
  /** `name` or `namespace/name`. */
  room: string;
  /** From your own server, which gets it from the REST API. Rooms that are open to all take none. */
  token?: string;
  /** The name to join with; people are asked for it otherwise. A name in the token goes before it. */
  displayName?: string;
  /** Origin of Parley. Default: the page's own. */
  url?: string;
  /** Joins at once, if there is a `displayName`. Default: after a click on Join. */
  autojoin?: boolean;
  /** Whether to begin with it on. Default: yes. */
  microphone?: boolean;
  camera?: boolean;
  /** Default: as the person's system. */
  theme?: 'light' | 'dark';
  /** Other words than the English ones. Give it the same object at every render. */
  words?: Partial<Words>;
  /** How the call is made, beside `url`. Read when it begins. */
  options?: Omit<CallOptions, 'url'>;
  /** Hears of every state of the call. */
  onState?: (state: CallState) => void;
}

/** A whole meeting: asks for the name, joins, shows the call and says how it ended. Fills its container. */
export function ParleyRoom(props: ParleyRoomProps) {
  const { displayName, autojoin = false, microphone = true, camera = true, theme, words } = props;
  const [entry, setEntry] = useState<Entry | undefined>(() =>
    autojoin && displayName !== undefined ? { displayName, microphone, camera } : undefined,
  );
  const [turn, setTurn] = useState(0);
  return (
    <WordsProvider {...(words && { words })}>
      <div className="parley" data-parley-theme={theme}>
        {entry ? (
          <Stay
            key={turn}
            {...props}
            entry={entry}
            onAgain={() => setTurn(turn + 1)}
            onBack={() => setEntry(undefined)}
          />
        ) : (
          <Door displayName={displayName} microphone={microphone} camera={camera} onJoin={setEntry} />
        )}
      </div>
    </WordsProvider>
  );
}
