import { useStore } from '../state/useStore.ts';
import { useDevices } from './devicesContext.ts';
import type { Capture, CaptureKind } from './localMedia.ts';
import { changePreferences } from './preferences.ts';

/** One's own microphone or camera, and a switch that remembers how it was left. */
export function useCapture(kind: CaptureKind): { capture: Capture; on: boolean; toggle: () => void } {
  const { media } = useDevices();
  const capture = useStore(media)[kind];
  const on = capture.status === 'on' || capture.status === 'starting';
  const toggle = () => {
    changePreferences(kind === 'microphone' ? { microphoneOn: !on } : { cameraOn: !on });
    void media.turn(kind, !on);
  };
  return { capture, on, toggle };
}
