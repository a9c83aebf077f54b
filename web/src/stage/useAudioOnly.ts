import { useEffect, useRef } from 'react';
import { useDevices } from '../devices/devicesContext.ts';
import { useStore } from '../state/useStore.ts';
import { audioOnly } from './audioOnly.ts';

/** Turns one's own camera off with the pictures of the others, and on again with them if it was on. */
export function useAudioOnly(): boolean {
  const { media } = useDevices();
  const on = useStore(audioOnly);
  const cameraWasOn = useRef(false);
  useEffect(() => {
    if (on) {
      const { status } = media.get().camera;
      cameraWasOn.current = status === 'on' || status === 'starting';
      void media.turn('camera', false);
    } else if (cameraWasOn.current) {
      cameraWasOn.current = false;
      void media.turn('camera', true);
    }
  }, [on, media]);
  useEffect(() => () => audioOnly.set(false), []);
  return on;
}
