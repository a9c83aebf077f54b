import { maxDisplayName } from '@parley/protocol';
import { type FormEvent, useState } from 'react';
import { useWords } from '../words/WordsProvider.tsx';

/** How somebody goes in. */
export interface Entry {
  displayName: string;
  microphone: boolean;
  camera: boolean;
}

type Props = Omit<Entry, 'displayName'> & {
  displayName: string | undefined;
  onJoin: (entry: Entry) => void;
};

/** Asks for what is not known yet. Nothing is captured before the click on Join. */
export function Door({ displayName, microphone, camera, onJoin }: Props) {
  const words = useWords();
  const [entry, setEntry] = useState<Entry>({ displayName: displayName ?? '', microphone, camera });
  const change = (part: Partial<Entry>) => setEntry({ ...entry, ...part });
  const join = (event: FormEvent) => {
    event.preventDefault();
    if (entry.displayName.trim() !== '') onJoin(entry);
  };
  return (
    <form className="parley-door" onSubmit={join}>
      {displayName === undefined && (
        <label>
          {words.yourName}
          <input
            className="parley-input"
            required
            maxLength={maxDisplayName}
            autoComplete="name"
            value={entry.displayName}
            onChange={event => change({ displayName: event.target.value })}
          />
        </label>
      )}
      <label className="parley-choice">
        <input
          type="checkbox"
          checked={entry.microphone}
          onChange={event => change({ microphone: event.target.checked })}
        />
        {words.joinWithMicrophone}
      </label>
      <label className="parley-choice">
        <input
          type="checkbox"
          checked={entry.camera}
          onChange={event => change({ camera: event.target.checked })}
        />
        {words.joinWithCamera}
      </label>
      <button type="submit" className="parley-button" data-main>
        {words.join}
      </button>
    </form>
  );
}
