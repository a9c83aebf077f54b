import type { AudioOutput } from '@parley/react';
import { createContext, useContext } from 'react';
import type { LocalMedia } from './localMedia.ts';

/** What the person captures and plays with, from the green room to the end of the call. */
export interface Devices {
  media: LocalMedia;
  output: AudioOutput;
}

export const DevicesContext = createContext<Devices | undefined>(undefined);

/** @throws Error outside of a meeting page. */
export function useDevices(): Devices {
  const devices = useContext(DevicesContext);
  if (!devices) throw new Error('useDevices needs a DevicesContext above it.');
  return devices;
}
