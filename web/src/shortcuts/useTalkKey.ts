import { useEffect, useRef } from 'react';
import { useDevices } from '../devices/devicesContext.ts';
import { useShortcut } from './useShortcut.ts';

/** Whose microphone is off speaks while space is held. `able`: they may speak at all. */
export function useTalkKey(able: boolean): void {
  const { media } = useDevices();
  const talking = useRef(false);
  const talk = () => {
    const { status } = media.get().microphone;
    if (status === 'on' || status === 'starting') return;
    talking.current = true;
    void media.turn('microphone', true);
  };
  useShortcut('talk', able ? talk : undefined);
  useEffect(() => {
    const end = (): boolean => {
      if (!talking.current) return false;
      talking.current = false;
      void media.turn('microphone', false);
      return true;
    };
    const onKey = (event: KeyboardEvent) => {
      // Or it would press what has the focus.
      if (event.key === ' ' && end()) event.preventDefault();
    };
    document.addEventListener('keyup', onKey);
    window.addEventListener('blur', end);
    return () => {
      end();
      document.removeEventListener('keyup', onKey);
      window.removeEventListener('blur', end);
    };
  }, [media]);
}
