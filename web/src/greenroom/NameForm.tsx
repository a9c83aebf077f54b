import Button from '@mui/material/Button';
import FormControl from '@mui/material/FormControl';
import FormHelperText from '@mui/material/FormHelperText';
import InputLabel from '@mui/material/InputLabel';
import OutlinedInput from '@mui/material/OutlinedInput';
import Stack from '@mui/material/Stack';
import { cleanDisplayName, maxDisplayName } from '@parley/protocol/names';
import { type SyntheticEvent, useId, useState } from 'react';
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
  const id = useId();
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
      <FormControl fullWidth>
        <InputLabel htmlFor={id}>{t('name')}</InputLabel>
        <OutlinedInput
          id={id}
          label={t('name')}
          autoFocus={remembered === ''}
          value={name}
          onChange={event => change(event.target.value)}
          inputProps={{ autoComplete: 'name', dir: 'auto', 'aria-describedby': `${id}-help` }}
        />
        <FormHelperText id={`${id}-help`} role="status">
          {tooLong ? t('nameCut', { count: maxDisplayName }) : undefined}
        </FormHelperText>
      </FormControl>
      <Button type="submit" variant="contained" size="large" fullWidth disabled={clean === ''}>
        {t('join')}
      </Button>
    </Stack>
  );
}
