import { useEffect } from 'react';

/** Keeps the screen from going dark (W3C Screen Wake Lock). The browser takes that back whenever the page is hidden. */
export function useWakeLock(): void {
  useEffect(() => {
    if (!('wakeLock' in navigator)) return;
    let lock: WakeLockSentinel | undefined;
    let ended = false;
    const acquire = async () => {
      if (document.visibilityState !== 'visible' || (lock && !lock.released)) return;
      try {
        const acquired = await navigator.wakeLock.request('screen');
        if (ended) await acquired.release();
        else lock = acquired;
      } catch {
        // A low battery, say: the screen then goes dark as ever.
      }
    };
    void acquire();
    document.addEventListener('visibilitychange', acquire);
    return () => {
      ended = true;
      document.removeEventListener('visibilitychange', acquire);
      void lock?.release();
    };
  }, []);
}
