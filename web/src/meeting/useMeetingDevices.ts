import { AudioOutput } from '@parley/react';
import { useEffect, useState } from 'react';
import type { Devices } from '../devices/devicesContext.ts';
import { LocalMedia } from '../devices/localMedia.ts';
import type { Preferences } from '../devices/preferences.ts';
import type { Launch } from '../navigation/launch.ts';

/** Devices as they were left last time, unless the link says otherwise; let go of with the page. */
export function useMeetingDevices(preferences: Preferences, launch: Launch): Devices {
  const [devices] = useState(() => {
    const { microphone, camera, speaker, sound } = preferences;
    const media = new LocalMedia({ ...(microphone && { microphone }), ...(camera && { camera }) }, sound);
    return { media, output: new AudioOutput(speaker) };
  });
  useEffect(() => {
    void devices.media.start({
      microphone: launch.microphone ?? preferences.microphoneOn,
      camera: launch.camera ?? preferences.cameraOn,
    });
    const endFollowing = devices.media.subscribe(() => {
      void devices.output.follow(devices.media.get().devices.speakers);
    });
    return () => {
      endFollowing();
      devices.media.stop();
    };
  }, [devices, launch, preferences]);
  return devices;
}
