import { useProvided } from '../CallProvider.tsx';
import { useStore } from '../state/useStore.ts';
import { useWords } from '../words/WordsProvider.tsx';

/** Is there only while the browser plays no sound before the person has touched the page. */
export function SoundButton() {
  const { output } = useProvided();
  const words = useWords();
  if (!useStore(output.blocked)) return null;
  return (
    <button type="button" className="parley-button" onClick={() => void output.resume()}>
      {words.soundOn}
    </button>
  );
}
