import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import { cleanDisplayName, maxDisplayName } from '@parley/protocol';
import { type SyntheticEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changePreferences } from '../devices/preferences.ts';

interface Props {
  name: string;
  onJoin: (name: string) => void;
  /** Whoever types here, or points at the button, is about to join. */
  onIntent: () => void;
}

/** Asks for the name that the others see, and joins. */
export function NameForm({ name: remembered, onJoin, onIntent }: Props) {
  const { t } = useTranslation('greenroom');
  const [name, setName] = useState(remembered);
  const [tooLong, setTooLong] = useState(false);
  const clean = cleanDisplayName(name);

  const change = (text: string) => {
    setTooLong(text.length > maxDisplayName);
    setName(text.length > maxDisplayName ? cleanDisplayName(text) : text);
  };

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (clean === '') return;
    changePreferences({ name: clean });
    onJoin(clean);
  };

  return (
    <Stack
      component="form"
      noValidate
      spacing={2}
      onSubmit={submit}
      onPointerEnter={onIntent}
      onKeyDown={onIntent}
    >
      <TextField
        label={t('name')}
        fullWidth
        autoFocus={remembered === ''}
        value={name}
        onChange={event => change(event.target.value)}
        helperText={tooLong ? t('nameCut', { count: maxDisplayName }) : undefined}
        slotProps={{
          htmlInput: { autoComplete: 'name', dir: 'auto' },
          formHelperText: { role: 'status' },
        }}
      />
      <Button type="submit" variant="contained" size="large" fullWidth disabled={clean === ''}>
        {t('join')}
      </Button>
    </Stack>
  );
}
