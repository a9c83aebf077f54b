import Stack from '@mui/material/Stack';
import { AudioOutput } from '@parley/react';
import { useStore } from '../state/useStore.ts';
import { DeviceSelect } from './DeviceSelect.tsx';
import { useDevices } from './devicesContext.ts';
import type { CaptureKind } from './localMedia.ts';
import { changePreferences } from './preferences.ts';

/** Microphone, camera and speaker to choose from. What is chosen is remembered. */
export function DeviceFields() {
  const { media, output } = useDevices();
  const { devices, chosen } = useStore(media);
  const speaker = useStore(output.speaker);

  const choose = (kind: CaptureKind) => (id: string) => {
    changePreferences({ [kind]: id });
    void media.choose(kind, id);
  };
  const chooseSpeaker = (id: string) => {
    changePreferences({ speaker: id });
    void output.choose(id);
  };

  return (
    <Stack spacing={2}>
      <DeviceSelect
        label="Microphone"
        choices={devices.microphones}
        chosen={chosen.microphone}
        onChoose={choose('microphone')}
      />
      <DeviceSelect
        label="Camera"
        choices={devices.cameras}
        chosen={chosen.camera}
        onChoose={choose('camera')}
      />
      {AudioOutput.canChoose && (
        <DeviceSelect label="Speaker" choices={devices.speakers} chosen={speaker} onChoose={chooseSpeaker} />
      )}
    </Stack>
  );
}
