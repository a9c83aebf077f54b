import Box from '@mui/material/Box';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormHelperText from '@mui/material/FormHelperText';
import Switch from '@mui/material/Switch';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from '../state/useStore.ts';
import { useDevices } from './devicesContext.ts';
import { changePreferences } from './preferences.ts';
import { type SoundWishes, unheeded, voiceFilters, wants } from './sound.ts';

/** What the browser is to do to one's voice, and what it does. */
export function SoundFields() {
  const { t } = useTranslation('devices');
  const { media } = useDevices();
  const { sound, microphone } = useStore(media);
  const kept = microphone.status === 'on' ? unheeded(sound, microphone.track.getSettings()) : [];
  const change = (wish: Partial<SoundWishes>) => {
    const now = { ...sound, ...wish };
    changePreferences({ sound: now });
    void media.setSound(now);
  };
  return (
    <Box component="fieldset" sx={{ border: 0, m: 0, p: 0, minWidth: 0 }}>
      <Box component="legend" sx={{ p: 0, fontSize: 13.5, color: 'text.secondary' }}>
        {t('sound.title')}
      </Box>
      {voiceFilters.map(filter => (
        <Wish
          key={filter}
          label={t(`sound.${filter}`)}
          checked={wants(sound, filter)}
          disabled={sound.music}
          help={
            kept.includes(filter) ? t(wants(sound, filter) ? 'sound.keptOff' : 'sound.keptOn') : undefined
          }
          onChange={checked => change({ [filter]: checked })}
        />
      ))}
      <Wish
        label={t('sound.music')}
        checked={sound.music}
        help={t('sound.musicHelp')}
        onChange={music => change({ music })}
      />
    </Box>
  );
}

interface WishProps {
  label: string;
  checked: boolean;
  disabled?: boolean;
  help: string | undefined;
  onChange: (checked: boolean) => void;
}

function Wish({ label, checked, disabled = false, help, onChange }: WishProps) {
  const id = useId();
  return (
    <div>
      <FormControlLabel
        label={label}
        disabled={disabled}
        control={
          <Switch
            size="small"
            checked={checked}
            onChange={event => onChange(event.target.checked)}
            slotProps={{ input: help === undefined ? {} : { 'aria-describedby': id } }}
          />
        }
        sx={{ minHeight: 34, '& .MuiFormControlLabel-label': { fontSize: 14.5, marginInlineStart: 0.75 } }}
      />
      {help !== undefined && (
        <FormHelperText id={id} sx={{ mt: 0, marginInlineStart: 5 }}>
          {help}
        </FormHelperText>
      )}
    </div>
  );
}
