import { useCallState, useOwnMedia } from '../hooks.ts';
import type { OwnSource } from '../media/capture.ts';
import { SoundButton } from '../sound/SoundButton.tsx';
import { useWords } from '../words/WordsProvider.tsx';

/** What is wrong at the moment and what to do about it: devices, sound that the browser blocks, the connection. */
export function Problems() {
  const words = useWords();
  const reconnecting = useCallState().status === 'reconnecting';
  return (
    <div className="parley-problems" role="status">
      {reconnecting && <p>{words.reconnecting}</p>}
      <Problem source="microphone" />
      <Problem source="camera" />
      <Problem source="screen" />
      <SoundButton />
    </div>
  );
}

function Problem({ source }: { source: OwnSource }) {
  const { own } = useOwnMedia(source);
  const words = useWords();
  if (own.status === 'failed') return <p>{words.problems[source][own.problem]}</p>;
  if (own.status === 'refused') return <p>{words.refusals[own.error.code] ?? own.error.message}</p>;
  return null;
}
