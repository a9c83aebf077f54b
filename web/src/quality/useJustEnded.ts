import { useEffect, useState } from 'react';

/** Whether something was so until a moment ago: for `ms` after it ended. */
export function useJustEnded(active: boolean, ms = 6_000): boolean {
  const [before, setBefore] = useState(active);
  const [ended, setEnded] = useState(false);
  if (active !== before) {
    setBefore(active);
    setEnded(!active);
  }
  useEffect(() => {
    if (!ended) return;
    const timer = setTimeout(() => setEnded(false), ms);
    return () => clearTimeout(timer);
  }, [ended, ms]);
  return ended;
}
