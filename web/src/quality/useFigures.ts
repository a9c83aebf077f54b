import { useEffect, useState } from 'react';
import { useSession } from '../call/sessionContext.ts';
import { type Figures, figuresOf } from './figures.ts';

/** How often it is looked, in ms. */
const lookMs = 2_000;

/** The figures of the call, from the second look on; looked at while this is drawn and the page is in sight, and no longer. */
export function useFigures(): Figures | undefined {
  const { call } = useSession();
  const [figures, setFigures] = useState<Figures>();
  useEffect(() => {
    const ended = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const look = async (before: Figures['stats'] | undefined): Promise<void> => {
      if (document.visibilityState === 'hidden') return again(undefined, lookMs);
      const now = await call.stats().catch(() => undefined);
      if (ended.signal.aborted) return;
      if (before && now) setFigures(figuresOf(before, now));
      again(now, before ? lookMs : lookMs / 2);
    };
    const again = (before: Figures['stats'] | undefined, ms: number) => {
      timer = setTimeout(() => void look(before), ms);
    };
    void look(undefined);
    return () => {
      ended.abort();
      clearTimeout(timer);
    };
  }, [call]);
  return figures;
}
