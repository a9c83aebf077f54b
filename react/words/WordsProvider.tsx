import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { english, type Words } from './words.ts';

const WordsContext = createContext(english);

/** Other words, or some of them, for everything below. Give it the same object at every render: a constant, say. */
export function WordsProvider({ words, children }: { words?: Partial<Words>; children: ReactNode }) {
  const above = useWords();
  const all = useMemo(() => (words ? { ...above, ...words } : above), [above, words]);
  return <WordsContext value={all}>{children}</WordsContext>;
}

export function useWords(): Words {
  return useContext(WordsContext);
}
