import FormControlLabel from '@mui/material/FormControlLabel';
import Switch from '@mui/material/Switch';
import { useTranslation } from 'react-i18next';
import { changePreferences } from './preferences.ts';
import { useMirrored } from './useMirrored.ts';

/** Whether one sees oneself as in a mirror. */
export function MirrorField() {
  const { t } = useTranslation('devices');
  const mirrored = useMirrored();
  return (
    <FormControlLabel
      label={t('mirrored')}
      control={
        <Switch
          size="small"
          checked={mirrored}
          onChange={event => changePreferences({ mirrored: event.target.checked })}
        />
      }
      sx={{ minHeight: 34, '& .MuiFormControlLabel-label': { fontSize: 14.5, marginInlineStart: 0.75 } }}
    />
  );
}
