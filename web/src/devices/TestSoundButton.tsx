import VolumeUpIcon from '@mui/icons-material/VolumeUp';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDevices } from './devicesContext.ts';
import { playTestSound } from './testSound.ts';

type State = 'quiet' | 'playing' | 'played' | 'failed';

/** Plays a short sound on the chosen speaker, to be sure of it. */
export function TestSoundButton() {
  const { t } = useTranslation('devices');
  const { output } = useDevices();
  const [state, setState] = useState<State>('quiet');

  const play = async () => {
    setState('playing');
    try {
      await playTestSound(output);
      setState('played');
    } catch {
      setState('failed');
    }
  };

  return (
    <Stack direction="row" spacing={1.5} sx={{ alignItems: 'center' }}>
      <Button
        size="small"
        color="inherit"
        variant="outlined"
        startIcon={<VolumeUpIcon />}
        sx={{ flexShrink: 0 }}
        disabled={state === 'playing'}
        onClick={() => void play()}
      >
        {t('testSound.button')}
      </Button>
      <Box role="status" sx={{ fontSize: 13.5, color: 'text.secondary' }}>
        {state !== 'quiet' && t(`testSound.${state}`)}
      </Box>
    </Stack>
  );
}
