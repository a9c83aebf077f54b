import { useWords } from '../words/WordsProvider.tsx';

/** The name on a tile, and whether its person can be heard. */
export function Label({ name, own = false, muted }: { name: string; own?: boolean; muted: boolean }) {
  const words = useWords();
  return (
    <span className="parley-label">
      <bdi>{name}</bdi>
      {own && ` (${words.you})`}
      {muted && (
        <svg className="parley-muted" viewBox="0 0 16 16" role="img" aria-label={words.microphoneOff}>
          <path d="M8 1.5a2 2 0 0 0-2 2v4a2 2 0 0 0 4 0v-4a2 2 0 0 0-2-2ZM4 7.5a4 4 0 0 0 8 0M8 11.5v3M2 2l12 12" />
        </svg>
      )}
    </span>
  );
}
