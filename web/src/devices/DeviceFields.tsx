import Stack from '@mui/material/Stack';
import { styled } from '@mui/material/styles';
import { AudioOutput } from '@parley/react';
import { useTranslation } from 'react-i18next';
import { useStore } from '../state/useStore.ts';
import { DeviceSelect } from './DeviceSelect.tsx';
import { useDevices } from './devicesContext.ts';
import { MirrorField } from './MirrorField.tsx';
import { SoundFields } from './SoundFields.tsx';
import { TestSoundButton } from './TestSoundButton.tsx';
import { useChoose } from './useChoose.ts';

const Summary = styled('summary')({ cursor: 'pointer', fontSize: 14.5, paddingBlock: 6 });

/** Microphone, camera and speaker to choose from, and what is done to sound and picture. What is chosen is remembered. */
export function DeviceFields() {
  const { t } = useTranslation('devices');
  const { media, output } = useDevices();
  const { devices, chosen } = useStore(media);
  const speaker = useStore(output.speaker);
  const choose = useChoose();
  return (
    <Stack spacing={2}>
      <DeviceSelect
        kind="microphone"
        choices={devices.microphones}
        chosen={chosen.microphone}
        onChoose={id => choose('microphone', id)}
      />
      <DeviceSelect
        kind="camera"
        choices={devices.cameras}
        chosen={chosen.camera}
        onChoose={id => choose('camera', id)}
      />
      {AudioOutput.canChoose && (
        <DeviceSelect
          kind="speaker"
          choices={devices.speakers}
          chosen={speaker}
          onChoose={id => choose('speaker', id)}
        />
      )}
      <TestSoundButton />
      <details>
        <Summary>{t('more')}</Summary>
        <SoundFields />
        <MirrorField />
      </details>
    </Stack>
  );
}
