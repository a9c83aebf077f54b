import Button from '@mui/material/Button';
import FormControl from '@mui/material/FormControl';
import FormHelperText from '@mui/material/FormHelperText';
import InputLabel from '@mui/material/InputLabel';
import OutlinedInput from '@mui/material/OutlinedInput';
import Stack from '@mui/material/Stack';
import { type SyntheticEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { navigate } from '../navigation/navigation.ts';
import { addressFromInput } from '../navigation/route.ts';

/** Goes to a meeting by its name, its link, or an invitation's link, whose token goes with it. */
export function JoinForm() {
  const { t } = useTranslation('home');
  const field = useId();
  const [text, setText] = useState('');
  const [refused, setRefused] = useState(false);

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const address = addressFromInput(text);
    if (address) navigate(address);
    else setRefused(true);
  };

  return (
    <Stack
      component="form"
      noValidate
      onSubmit={submit}
      direction={{ xs: 'column', sm: 'row' }}
      spacing={1.5}
      sx={{ alignItems: 'flex-start' }}
    >
      <FormControl fullWidth error={refused}>
        <InputLabel htmlFor={field}>{t('join.field')}</InputLabel>
        <OutlinedInput
          id={field}
          label={t('join.field')}
          placeholder="team-standup"
          value={text}
          onChange={event => {
            setText(event.target.value);
            setRefused(false);
          }}
          aria-describedby={`${field}-help`}
          inputProps={{ autoComplete: 'off', autoCapitalize: 'none', spellCheck: false, maxLength: 8192 }}
        />
        <FormHelperText id={`${field}-help`} role={refused ? 'alert' : undefined}>
          {refused ? t('join.refused') : t('join.help')}
        </FormHelperText>
      </FormControl>
      <Button
        type="submit"
        variant="outlined"
        size="large"
        disabled={text.trim() === ''}
        sx={{ minHeight: 56, flexShrink: 0, width: { xs: 1, sm: 'auto' } }}
      >
        {t('join.button')}
      </Button>
    </Stack>
  );
}
