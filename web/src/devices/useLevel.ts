import { type RefObject, useEffect } from 'react';
import { AudioLevels } from './audioLevels.ts';

/** Writes the loudness of `track` (0 to 1) into the CSS variable `--level` of an element, without rendering anew. */
export function useLevel(track: MediaStreamTrack | undefined, element: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    if (!track) return;
    const levels = new AudioLevels();
    const meter = levels.meter(track);
    const timer = setInterval(() => {
      const level = meter.read();
      element.current?.style.setProperty('--level', level.toFixed(3));
      element.current?.setAttribute('aria-valuenow', String(Math.round(level * 100)));
    }, 80);
    const shown = element.current;
    return () => {
      clearInterval(timer);
      meter.close();
      levels.close();
      shown?.style.setProperty('--level', '0');
    };
  }, [track, element]);
}
